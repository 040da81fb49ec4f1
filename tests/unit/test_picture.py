"""The network's picture shows what the network holds and computes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nncore import PRESETS, Dataset, Linear, Recipe, Sequential, load_digits
from nncore.evaluate import activations
from nncore.events import StepEvent
from nncore.layers import Flatten
from web.insight.network_picture import LINKS, NetworkPicture
from web.insight.ranking import Ranking
from web.insight.stages import contributions, stages, values

TRAIN, TEST = load_digits()
SAMPLE = TEST.inputs(slice(0, 64))
IMAGE = SAMPLE[0, 0]
RECIPES = {
    "wide": PRESETS["corrected"].recipe,
    "cnn": replace(PRESETS["small-cnn"].recipe, channels=(4, 5, 6), hidden=(9,)),
    "no hidden layer": Recipe(hidden=()),
    "deep": Recipe(hidden=(32, 24, 20, 16, 12), activation="relu"),
    "batch norm and dropout": Recipe(hidden=(12, 9), batch_norm=True, dropout=0.4, activation="relu"),
}


@pytest.fixture(params=RECIPES, ids=list(RECIPES))
def recipe(request: pytest.FixtureRequest) -> Recipe:
    return RECIPES[request.param]


def trained(recipe: Recipe, steps: int) -> Sequential:
    """The network of a recipe after some training steps."""
    model = recipe.build_model(TRAIN)
    for event in recipe.build_trainer(TRAIN, TEST, model):
        if isinstance(event, StepEvent) and event.global_step == steps:
            break
    return model


def picture_of(recipe: Recipe, steps: int) -> tuple[NetworkPicture, Sequential]:
    model = trained(recipe, steps) if steps else recipe.build_model(TRAIN)
    picture = NetworkPicture(model, lambda: recipe.build_model(TRAIN), SAMPLE)
    picture.rank(steps)
    return picture, model


def test_contributions_add_up_to_the_sums_of_the_next_layer(recipe: Recipe) -> None:
    model = recipe.build_model(TRAIN)
    outputs = activations(model, IMAGE[None, None])
    found = stages(model, outputs)
    assert found[-1].units == 10
    for start, end in pairwise(found):
        parts = contributions(model, outputs, start, end, np.arange(start.units), np.arange(end.units))
        sums = outputs[end.index][0]
        places = sums[0].size
        bias = model[end.index].bias.data  # type: ignore[attr-defined]
        expected = sums.reshape(end.units, -1).sum(axis=1) - places * bias
        np.testing.assert_allclose(parts.sum(axis=0), expected, rtol=1e-3, atol=1e-3)


def test_a_network_that_has_not_learnt_shows_its_weights_and_then_their_change() -> None:
    recipe = RECIPES["wide"]
    fresh, model = picture_of(recipe, 0)
    units = fresh.shown[0].units
    weights = model[1].weight.data[:, units].T  # type: ignore[attr-defined]
    assert correlation(fresh.learnt(0)[0], weights) > 0.99
    later, model = picture_of(recipe, 3)
    units = later.shown[0].units
    begun = recipe.build_model(TRAIN)
    change = (model[1].weight.data - begun[1].weight.data).T  # type: ignore[attr-defined]
    assert correlation(later.learnt(3)[0], change[units]) > 0.99
    norms = np.linalg.norm(change, axis=1)
    assert norms[units].min() >= np.sort(norms)[-len(units)]


def test_every_kind_of_network_has_a_picture(recipe: Recipe) -> None:
    picture, model = picture_of(recipe, 2)
    learnt, signal = picture.learnt(2), picture.signal(IMAGE[None])
    outputs = activations(model, IMAGE[None, None])
    assert len(learnt) == len(picture.shown) == len(signal.activity) == len(signal.maps)
    for shown, pictures, activity, maps in zip(
        picture.shown, learnt, signal.activity, signal.maps, strict=True
    ):
        assert len(pictures) == len(activity) == len(shown.units) <= shown.stage.units
        assert sorted(shown.order.tolist()) == list(range(len(shown.units)))
        assert np.abs(activity).max() <= 1
        found = values(outputs, shown.stage)
        assert (maps is None) == (found.ndim == 1)
        if maps is not None:
            assert maps.shape[1:] == found.shape[1:]
    for links in signal.links:
        assert len(links) <= LINKS
        assert np.abs(links[:, 2]).max(initial=0) <= 1


def test_the_strongest_contributions_are_the_lines() -> None:
    picture, model = picture_of(RECIPES["wide"], 3)
    units = picture.shown[0].units
    hidden = activations(model, IMAGE[None, None])[2][0]
    products = hidden[units, None] * model[3].weight.data[units]  # type: ignore[attr-defined]
    source, target, share = picture.signal(IMAGE[None]).links[0][0]
    assert np.unravel_index(np.abs(products).argmax(), products.shape) == (source, target)
    assert share == np.sign(products[int(source), int(target)])


def test_a_later_unit_is_shown_by_the_digits_that_excite_it() -> None:
    rng = np.random.default_rng(0)
    first, second = Linear(64, 64, rng=rng), Linear(64, 3, rng=rng)
    first.weight.data[...] = np.eye(64)
    second.weight.data[...] = 0
    second.weight.data[19, 0] = 1  # the first unit sees one pixel alone
    model = Sequential(Flatten(), first, second, Linear(3, 10, rng=rng))
    model.to(np.float32)
    picture = NetworkPicture(model, lambda: model, SAMPLE)
    picture.rank(0)
    shown = picture.learnt(0)[1][list(picture.shown[1].units).index(0)]
    assert shown.argmax() == 19


def test_broken_weights_leave_the_picture_whole() -> None:
    picture, model = picture_of(RECIPES["wide"], 1)
    model[1].weight.data[...] = np.nan  # type: ignore[attr-defined]
    picture.rank(500)
    signal = picture.signal(IMAGE[None])
    assert np.isfinite(signal.activity[0]).all()
    assert picture.learnt(500)[0].shape[1:] == IMAGE.shape


def test_the_choice_of_units_holds_still() -> None:
    ranking = Ranking(3)
    ranking.rank(np.array([5.0, 4, 3, 2, 1, 0]), 0)
    assert ranking.units.tolist() == [0, 1, 2]
    assert ranking.due(1)
    ranking.rank(np.array([5.0, 4, 2, 3, 1, 0]), 1)  # unit 2 fell behind by one place: it stays
    assert set(ranking.units.tolist()) == {0, 1, 2}
    assert not ranking.due(11)
    assert ranking.due(12)
    ranking.rank(np.array([5.0, 4, 0, 3, 2, 1]), 12)
    assert set(ranking.units.tolist()) == {0, 1, 3}


def test_ranked_ever_more_seldom() -> None:
    ranking, times = Ranking(2), []
    for step in range(2000):
        if ranking.due(step):
            times.append(step)
            ranking.rank(np.arange(4.0), step)
    assert times == [0, 1, 12, 24, 48, 96, 192, 384, 768, 1536]


def test_data_of_another_shape_and_number_of_classes() -> None:
    images = np.random.default_rng(1).integers(0, 255, (30, 6, 9)).astype(np.uint8)
    data = Dataset(images, np.arange(30) % 4, num_classes=4)
    recipe = Recipe(hidden=(5,))
    picture = NetworkPicture(recipe.build_model(data), lambda: recipe.build_model(data), data.inputs())
    picture.rank(0)
    assert picture.learnt(0)[0].shape == (5, 6, 9)
    assert picture.signal(data.inputs()[0]).links[0][:, 1].max() < 4


def test_points_of_the_plane_show_regions() -> None:
    rng = np.random.default_rng(2)
    points = Dataset(rng.uniform(-1, 1, (40, 2)).astype(np.float32), np.arange(40) % 2, num_classes=2)
    recipe = Recipe(hidden=(6, 4))
    model = recipe.build_model(points)
    picture = NetworkPicture(model, lambda: recipe.build_model(points), points.inputs())
    picture.rank(0)
    first, second = picture.learnt(0)
    assert (len(first), len(second)) == (6, 4)
    assert first.shape[1:] == second.shape[1:]
    weight = model[0].weight.data[:, picture.shown[0].units[0]]  # type: ignore[attr-defined]
    rightwards = int(first[0, :, -1].mean()) - int(first[0, :, 0].mean())
    assert np.sign(rightwards) == np.sign(weight[0])
    assert picture.signal(points.inputs()[0]).links[1][:, 1].max() < 2


def correlation(pixels: np.ndarray, weights: np.ndarray) -> float:
    """How well pictures agree with the values they show, where these are within the scale."""
    shown, real = pixels.reshape(len(pixels), -1).astype(float).ravel(), weights.ravel()
    inside = (shown > 1) & (shown < 255)
    return float(np.corrcoef(shown[inside], real[inside])[0, 1])
