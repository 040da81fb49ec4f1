"""What is computed about a network agrees with the network."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import PRESETS, CrossEntropyLoss, Dataset, Linear, Recipe, Sequential, Tanh, load_digits
from nncore.evaluate import predict
from nncore.layers import Flatten
from tests.web.driving import finish
from web.insight import gradients, neuron, outline, pictures, response, teach, weights

TRAIN, TEST = load_digits()
IMAGE = TEST.inputs(slice(1))[0, 0]
RECIPES = {name: preset.recipe for name, preset in PRESETS.items()} | {
    "no hidden layer": Recipe(hidden=()),
    "batch norm and dropout": Recipe(hidden=(12, 9), batch_norm=True, dropout=0.4, activation="relu"),
}


@pytest.fixture(params=RECIPES, ids=list(RECIPES))
def recipe(request: pytest.FixtureRequest) -> Recipe:
    return RECIPES[request.param]


def test_one_neurons_terms_add_up_to_what_its_layer_gives(recipe: Recipe) -> None:
    model, criterion = recipe.build_model(TRAIN).eval(), recipe.build_trainer(TRAIN, TEST).criterion
    for index, units in neuron.layers_with_units(model).items():
        unit = units // 2
        working = neuron.work_out(model, criterion, IMAGE, index, unit, count=5)
        found = working.sum
        parts = sum(term.product for term in found.terms) + found.rest + found.bias
        assert parts == pytest.approx(found.total)
        x = IMAGE[None, None]
        for layer in list(model)[: index + 1]:
            x = layer(x)
        assert found.total == pytest.approx(x[0, unit].max(), rel=1e-4, abs=1e-4)
        sizes = [abs(term.product) for term in found.terms]
        assert sizes == sorted(sizes, reverse=True)
        inputs = np.prod(model[index].weight.data.shape) // units  # type: ignore[attr-defined]
        assert len(found.terms) + found.rest_count + found.zero_count == inputs


def test_the_last_neurons_arithmetic_ends_in_the_probability(recipe: Recipe) -> None:
    model, criterion = recipe.build_model(TRAIN), recipe.build_trainer(TRAIN, TEST).criterion
    probability = predict(model, criterion, IMAGE[None, None])[0, 3]
    last = max(neuron.layers_with_units(model))
    name, value = neuron.work_out(model, criterion, IMAGE, last, 3).after[-1]
    assert name == "probability"
    assert value == pytest.approx(probability, abs=1e-6)


def test_a_neuron_in_words() -> None:
    rng = np.random.default_rng(0)
    model = Sequential(Flatten(), Linear(4, 2, rng=rng), Tanh(), Linear(2, 2, rng=rng))
    image = np.array([[0, 0.5], [1, 0]], np.float32)
    first = neuron.work_out(model, CrossEntropyLoss(), image, 1, 0)
    assert {term.source for term in first.sum.terms} == {"pixel, row 0, column 1", "pixel, row 1, column 0"}
    assert first.sum.zero_count == 2
    assert first.pictures is not None
    np.testing.assert_allclose(first.pictures[0], image)
    assert [name for name, _ in first.after] == ["Tanh"]
    last = neuron.work_out(model, CrossEntropyLoss(), image, 3, 1)
    assert {term.source for term in last.sum.terms} == {"unit 0", "unit 1"}
    with pytest.raises(IndexError, match="unit 2 of layer 3"):
        neuron.work_out(model, CrossEntropyLoss(), image, 3, 2)


def test_outline_counts_every_parameter_and_follows_the_shapes(recipe: Recipe) -> None:
    model = recipe.build_model(TRAIN)
    layers = outline.outline(model, TRAIN.image_shape)
    assert sum(layer.parameters for layer in layers) == model.num_parameters()
    assert layers[-1].shape == (10,)
    assert all(bool(layer.formula) == bool(layer.parameters) for layer in layers)


def test_responses_are_the_layers_outputs_as_pictures(recipe: Recipe) -> None:
    model = recipe.build_model(TRAIN)
    for found in response.responses(model, IMAGE):
        assert found.pictures.ndim == 3
        assert found.pictures.size == np.prod(found.shape)


def test_first_layers_pictures_are_the_weights() -> None:
    mlp = RECIPES["corrected"].build_model(TRAIN)
    found = weights.first_layer(mlp, (8, 8))
    assert not found.kernels
    np.testing.assert_array_equal(found.pictures[7].ravel(), mlp[1].weight.data[:, 7])  # type: ignore[attr-defined]
    cnn = RECIPES["small-cnn"].build_model(TRAIN)
    found = weights.first_layer(cnn, (8, 8))
    assert found.kernels
    assert found.pictures.shape == (16, 3, 3)


def test_gradient_check_passes_and_leaves_the_network_alone(recipe: Recipe) -> None:
    trainer = recipe.replace(batch_size=32).build_trainer(TRAIN, TEST)
    before = trainer.model.state_dict()
    checked = finish(gradients.check(trainer.model, trainer.criterion, TRAIN))
    assert checked.passed, checked.worst
    after = trainer.model.state_dict()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_diverging_scale_keeps_zero_in_the_middle() -> None:
    values = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, np.nan])
    assert pictures.diverging(values).tolist() == [1, 64, 128, 192, 255, 128]
    assert pictures.diverging(np.zeros(3)).tolist() == [128] * 3
    assert pictures.diverging(values, limit=1.0).tolist() == [1, 1, 128, 255, 255, 128]


@pytest.mark.parametrize(
    ("units", "shape"), [(10, (1, 10)), (1024, (32, 32)), (300, (15, 20)), (23, (1, 23))]
)
def test_vectors_become_rectangles(units: int, shape: tuple[int, int]) -> None:
    assert pictures.rectangle(np.zeros(units)).shape == shape


def test_thumbnails_keep_thin_strokes() -> None:
    ink = np.zeros((112, 112), np.uint8)
    ink[:, 56] = 255
    assert pictures.thumbnail(ink).shape == (28, 28)
    assert (pictures.thumbnail(ink).max(axis=1) > 0).all()
    assert pictures.thumbnail(np.full((8, 8), 9, np.uint8)).tolist() == [[9] * 28] * 28


def test_teaching_learns_the_new_and_keeps_the_old() -> None:
    trainer = Recipe(hidden=(64,), lr=0.5, epochs=8).build_trainer(TRAIN, TEST)
    for _ in trainer.events():
        pass
    # A hand unlike the data: twos and sevens mirrored left to right.
    chosen = np.isin(TEST.labels, (2, 7))
    odd = Dataset(
        TEST.images[chosen][:40, :, ::-1].copy(), TEST.labels[chosen][:40], "hand", 10, TEST.max_value
    )
    kept_back = np.arange(40) % 4 == 3
    before = trainer.model.state_dict()
    taught = finish(
        teach.teach(trainer.model, trainer.criterion, odd[~kept_back], odd[kept_back], TRAIN, TEST)
    )
    assert taught.taught.after > taught.taught.before + 0.3
    assert taught.kept_back.after > taught.kept_back.before + 0.3
    assert taught.old.after > taught.old.before - 0.04
    assert (taught.taught.images, taught.kept_back.images, taught.old.images) == (30, 10, len(TEST))
    assert all(np.array_equal(before[name], array) for name, array in trainer.model.state_dict().items())


def test_teaching_nothing_is_refused() -> None:
    trainer = Recipe(hidden=(4,)).build_trainer(TRAIN, TEST)
    with pytest.raises(ValueError, match="no drawing"):
        finish(teach.teach(trainer.model, trainer.criterion, TEST[:0], TEST[:5], TRAIN, TEST))
