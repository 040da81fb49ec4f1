"""Points of the plane: four problems, and what networks can make of them."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import PRESETS, Recipe, load_data
from nncore.data import planar
from nncore.evaluate import evaluate, predict
from nncore.presets import first_for, preset_of
from web.insight import regions

KINDS = ("circles", "spiral", "xor", "gaussians")


def trained(name: str, **changes: object) -> tuple[float, float]:
    """Accuracy on the training and on the test points, of the preset with changes."""
    recipe = PRESETS["plane"].recipe.replace(dataset=name, **changes)
    train, test = load_data(name, **recipe.data_options)
    trainer = recipe.build_trainer(train, test)
    for _ in trainer:
        pass
    learnt, unseen = (evaluate(trainer.model, trainer.criterion, data).accuracy for data in (train, test))
    return learnt, unseen


@pytest.mark.parametrize("name", KINDS)
def test_both_classes_lie_on_the_plane_that_is_shown_the_same_each_time(name: str) -> None:
    train, test = load_data(name)
    assert (len(train), len(test)) == (planar.SIZE, planar.TEST_SIZE)
    assert np.bincount(train.labels).min() > 0.45 * len(train)
    assert np.quantile(np.abs(train.samples), 0.99) < regions.REACH
    assert np.array_equal(load_data(name)[0].samples, train.samples)
    assert train.class_names == planar.NAMES


@pytest.mark.parametrize("name", KINDS)
def test_the_preset_for_points_learns_each_of_them(name: str) -> None:
    assert trained(name)[1] > 0.93


def test_what_a_line_can_part_and_what_it_cannot() -> None:
    assert trained("gaussians", hidden=())[1] > 0.93
    for name in ("circles", "xor"):
        assert trained(name, hidden=())[1] < 0.7


def test_the_spiral_takes_more_than_one_small_layer() -> None:
    assert trained("spiral", hidden=(3,))[1] < 0.8


def test_noise_is_learnt_by_heart_and_of_no_use() -> None:
    learnt, unseen = trained("spiral", noise=0.25, hidden=(64, 64), lr=0.01)
    assert learnt - unseen > 0.05


@pytest.mark.parametrize("name", KINDS)
def test_noise_moves_points_from_the_same_places(name: str) -> None:
    still, little, much = (load_data(name, noise=noise)[0] for noise in (0.0, 0.1, 0.2))
    assert np.array_equal(still.labels, much.labels)
    assert much.samples - still.samples == pytest.approx(2 * (little.samples - still.samples), abs=1e-5)
    assert (little.samples - still.samples).std() == pytest.approx(0.1, rel=0.1)


def test_a_preset_knows_its_kind_of_data_and_leaves_their_noise_open() -> None:
    plane = PRESETS["plane"]
    assert [plane.fits(name) for name in ("digits", "own", *KINDS)] == [False, False, True, True, True, True]
    assert first_for("spiral") is plane
    assert first_for("mnist") is PRESETS["corrected"]
    assert preset_of(plane.recipe.replace(dataset="xor", noise=0.3)) == "plane"
    assert preset_of(PRESETS["corrected"].recipe.replace(dataset="mnist", noise=0.3)) == "corrected"


@pytest.mark.parametrize("hidden", [(), (5,), (6, 4)])
def test_regions_are_the_networks_outputs_at_their_places(hidden: tuple[int, ...]) -> None:
    train, test = load_data("xor")
    recipe = Recipe(hidden=hidden, dropout=0.3, batch_norm=bool(hidden))
    trainer = recipe.build_trainer(train, test)
    found = regions.regions(trainer.model, trainer.criterion, 9)
    assert [len(layer) for layer in found.layers] == list(hidden)
    corner = np.array([[-regions.REACH, regions.REACH]], np.float32)  # top left
    expected = predict(trainer.model, trainer.criterion, corner)[0]
    assert found.classes[:, 0, 0] == pytest.approx(expected, abs=1e-5)
    assert found.classes.sum(axis=0) == pytest.approx(np.ones((9, 9)), abs=1e-5)
