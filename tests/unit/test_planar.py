"""Points of the plane: four problems, and what networks can make of them."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import Recipe, load_data
from nncore.data import planar
from nncore.evaluate import evaluate, predict
from web.insight import regions

KINDS = ("circles", "spiral", "xor", "gaussians")


def trained(name: str, **changes: object) -> float:
    train, test = load_data(name)
    recipe = Recipe(hidden=(8,), optimizer="adam", lr=0.03, epochs=40, batch_size=32).replace(**changes)
    trainer = recipe.build_trainer(train, test)
    for _ in trainer:
        pass
    return evaluate(trainer.model, trainer.criterion, test).accuracy


@pytest.mark.parametrize("name", KINDS)
def test_both_classes_lie_on_the_plane_that_is_shown_the_same_each_time(name: str) -> None:
    train, test = load_data(name)
    assert (len(train), len(test)) == (planar.SIZE, planar.TEST_SIZE)
    assert np.bincount(train.labels).min() > 0.45 * len(train)
    assert np.quantile(np.abs(train.samples), 0.99) < regions.REACH
    assert np.array_equal(load_data(name)[0].samples, train.samples)
    assert train.class_names == planar.NAMES


@pytest.mark.parametrize(("name", "least"), [("circles", 0.97), ("xor", 0.9), ("gaussians", 0.93)])
def test_a_small_network_learns_them(name: str, least: float) -> None:
    assert trained(name) > least


def test_what_a_line_can_part_and_what_it_cannot() -> None:
    assert trained("gaussians", hidden=()) > 0.93
    for name in ("circles", "xor"):
        assert trained(name, hidden=()) < 0.7


def test_the_spiral_takes_a_larger_network() -> None:
    small, large = (
        trained("spiral", hidden=(4,)),
        trained("spiral", hidden=(32, 32), epochs=80, activation="relu"),
    )
    assert small < 0.75 < 0.95 < large


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
