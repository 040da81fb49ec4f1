"""A picture's answer is turned by a change that is small, within bounds, and no larger than it need be."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import CrossEntropyLoss, Linear, Recipe, Sequential, load_digits
from nncore.layers import Flatten
from nncore.trainer import Trainer
from tests.web.driving import finish
from web.insight import fooling

TRAIN, TEST = load_digits()


@pytest.fixture(scope="module", params=["mlp", "cnn", "softmax"])
def trainer(request: pytest.FixtureRequest) -> Trainer:
    recipe = Recipe(hidden=(24,), channels=(4, 8), lr=0.3, epochs=4)
    if request.param == "softmax":
        recipe = recipe.replace(loss="mse", lr=3)
    else:
        recipe = recipe.replace(model=request.param)
    trainer = recipe.build_trainer(TRAIN, TEST)
    for _ in trainer:
        pass
    return trainer


def image_of(label: int) -> np.ndarray:
    return TEST.inputs(np.flatnonzero(TEST.labels == label)[:1])[0, 0]


def test_the_answer_is_turned_by_small_steps_within_the_pictures_range(trainer: Trainer) -> None:
    image = image_of(0)
    found = finish(fooling.fool(trainer.model, trainer.criterion, image))
    assert found.turned
    assert found.other != found.answer
    assert np.array_equal(found.stages[0].image, image)
    assert 0 < found.size < fooling.BOUND
    lengths = [np.linalg.norm(stage.image - image) for stage in found.stages]
    assert lengths == sorted(lengths)
    for stage in found.stages:
        assert stage.image.min() >= 0
        assert stage.image.max() <= 1
    for before in found.stages[:-1]:
        assert before.probabilities.argmax() == found.answer


def test_a_chosen_class_is_reached_or_it_is_said_that_it_was_not(trainer: Trainer) -> None:
    found = finish(fooling.fool(trainer.model, trainer.criterion, image_of(3), target=8))
    assert (found.other == 8) == found.turned
    assert found.size <= fooling.BOUND * 1.001


def test_of_a_linear_network_the_change_is_the_distance_to_the_border() -> None:
    rng = np.random.default_rng(0)
    layer = Linear(16, 2, rng=rng)
    model, image = Sequential(Flatten(), layer), np.full((4, 4), 0.5, np.float32)
    scores = model(image[None, None])[0]
    w = layer.weight.data[:, 0] - layer.weight.data[:, 1]
    distance = abs(scores[0] - scores[1]) / np.linalg.norm(w)
    found = finish(fooling.fool(model, CrossEntropyLoss(), image))
    assert found.turned
    assert found.size * np.linalg.norm(image) == pytest.approx(distance, rel=0.05)


def test_an_ideal_digit_is_taken_for_what_it_is_the_ideal_of(trainer: Trainer) -> None:
    like = image_of(5)
    found = finish(fooling.ideal(trainer.model, trainer.criterion, like, 5))
    assert found.image.shape == like.shape
    assert found.probabilities.argmax() == 5
    assert np.linalg.norm(found.image) <= np.linalg.norm(like) * 1.01
    assert found.image.min() >= 0
    assert found.image.max() <= 1


def test_the_networks_weights_and_gradients_are_left_alone(trainer: Trainer) -> None:
    before = trainer.model.state_dict()
    trainer.model.zero_grad()
    finish(fooling.fool(trainer.model, trainer.criterion, image_of(7)))
    assert not any(parameter.has_grad for parameter in trainer.model.parameters())
    for name, array in trainer.model.state_dict().items():
        assert np.array_equal(array, before[name])
