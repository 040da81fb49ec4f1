"""Settings in the address, in the form, and as a script."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nncore import checkpoint
from nncore.presets import PRESETS
from nncore.recipe import SETTINGS, Recipe
from web.share.link import Link, names_experiment, read_link, write_link
from web.share.script import to_script
from web.views.recipe_words import form_fields, form_values, preset_of, summary, without_effect

RECIPES = [
    Recipe(),
    *(preset.recipe for preset in PRESETS.values()),
    Recipe(hidden=(64, 32), dropout=0.25, lr=3e-4, nesterov=True, momentum=0.9, dataset="mnist"),
    Recipe(hidden=(), schedule="step", gamma=0.5),
]


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_link_opens_the_same_experiment(recipe: Recipe) -> None:
    link = read_link(write_link(Link(recipe, ("settings", "runs"), speed="closely", embed=True)))
    assert link.recipe == recipe
    assert link.hide == ("settings", "runs")
    assert not link.problems
    assert names_experiment(write_link(Link(recipe)))


def test_a_preset_needs_only_its_name() -> None:
    assert write_link(Link(PRESETS["notebook"].recipe)) == "preset=notebook"
    assert (
        write_link(Link(PRESETS["notebook"].recipe.replace(dataset="mnist")))
        == "preset=notebook&dataset=mnist"
    )


def test_what_a_link_gets_wrong_is_told_and_the_rest_used() -> None:
    link = read_link(
        "preset=nothing&lr=fast&colour=red&hidden=12&hide=runs,seting,lr,data&predict=yes&embed=1"
    )
    assert link.recipe == Recipe(hidden=(12,))
    assert (link.hide, link.predict, link.embed) == (("runs", "lr", "data"), False, True)
    told = [problem.split(":")[0] for problem in link.problems]
    assert told == ["hide", "predict", "preset", "lr", "colour"]
    assert "seting" in link.problems[0]


def test_a_preset_is_recognised_whatever_the_data() -> None:
    assert preset_of(PRESETS["small-cnn"].recipe.replace(dataset="mnist")) == "small-cnn"
    assert preset_of(replace(PRESETS["small-cnn"].recipe, lr=0.5)) is None


def test_the_form_shows_every_setting_but_those_a_lesson_hides() -> None:
    names = {field["name"] for field in form_fields()}
    assert names == set(SETTINGS) - {"dataset", "test_batch_size"}
    left = {field["name"] for field in form_fields(hide=("augmentation", "lr"))}
    assert names - left == {"lr", "shift", "rotate", "scale", "shear", "thickness", "elastic"}


def test_form_values_can_be_read_back() -> None:
    recipe = RECIPES[-2]
    values = {name: SETTINGS[name].parse(text) for name, text in form_values(recipe).items()}
    assert Recipe.from_dict(values) == recipe


def test_settings_without_effect_are_named() -> None:
    assert "momentum" in without_effect(Recipe(optimizer="adam"))
    assert "momentum" not in without_effect(Recipe(optimizer="sgd"))
    assert "channels" in without_effect(Recipe(model="mlp"))


def test_a_summary_tells_runs_apart() -> None:
    assert summary(Recipe(hidden=(64, 32), lr=0.5)) == "MLP · 64-32 · tanh · sgd · lr 0.5"


def test_the_exported_script_repeats_the_run(tmp_path: object) -> None:
    recipe = Recipe(hidden=(8,), epochs=1, lr=0.5)
    from nncore.data import load_digits
    from nncore.events import EpochEvent

    events = [e for e in recipe.build_trainer(*load_digits()) if isinstance(e, EpochEvent)]
    done = subprocess.run(
        [sys.executable, "-c", to_script(recipe)],
        capture_output=True,
        text=True,
        cwd=str(tmp_path),
        check=True,
    )
    assert f"training loss {events[0].train_loss:.4f}" in done.stdout
    assert f"test accuracy {events[0].test_accuracy:.2%}" in done.stdout


def test_the_exported_script_contains_the_visitors_code_and_runs_both_ways(tmp_path: Path) -> None:
    code = """
class Tanh(Module):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad_output):
        return (1 - self.y**2) * grad_output


show(np.eye(2), "unit")
"""
    recipe = Recipe(hidden=(8,), epochs=1)
    (tmp_path / "run.py").write_text(to_script(recipe, code), "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    python = {"capture_output": True, "text": True, "cwd": tmp_path, "check": True, "env": environment}
    done = subprocess.run([sys.executable, "run.py"], **python)
    assert "unit: float64 (2, 2)" in done.stdout
    accuracy = re.findall(r"test accuracy ([\d.]+)", done.stdout)
    assert checkpoint.load(tmp_path / "model.npz").code == (tmp_path / "run.py").read_text("utf-8")
    again = subprocess.run(
        [sys.executable, "-m", "nncore", "train", "--hidden", "8", "--epochs", "1", "--code", "run.py",
         "--momentum", "0", "--schedule", "constant", "--dataset", "digits"], **python,
    )  # fmt: skip
    assert "Tanh" in again.stderr
    assert f"test accuracy: {accuracy[0]}" in again.stdout
