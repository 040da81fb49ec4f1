"""Runs that learn nothing are recognised, each by its cause; runs that learn are left in peace."""

from __future__ import annotations

import numpy as np
import pytest

import nncore as nn
from nncore.diagnosis import Diagnosis, diagnose, learns

TRAIN, TEST = nn.load_digits()


def after_training(recipe: nn.Recipe) -> Diagnosis | None:
    """What is said after three epochs."""
    trainer = recipe.replace(epochs=3).build_trainer(TRAIN)
    steps = [event for event in trainer if isinstance(event, nn.StepEvent)]
    losses, accuracies = np.array([[step.loss, step.accuracy] for step in steps]).T
    if learns(losses[:5], losses[-10:].mean(), accuracies[-10:].mean(), TRAIN.labels):
        return None
    x, y = TRAIN.inputs(slice(0, 256)), TRAIN.labels[:256]
    return diagnose(recipe, trainer.model, trainer.criterion, x, y)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"lr": 100.0}, "saturation"),
        ({"lr": 10.0}, "saturation"),
        ({"lr": 100.0, "optimizer": "adam"}, "saturation"),
        ({"lr": 100.0, "loss": "mse"}, "saturation"),
        ({"lr": 100.0, "activation": "relu"}, "dead units"),
        ({"lr": 5.0, "activation": "relu"}, "dead units"),
        ({"lr": 1.0, "activation": "relu", "optimizer": "adam"}, "dead units"),
        ({"hidden": (32,) * 5, "activation": "sigmoid"}, "vanishing gradients"),
        ({"weight_decay": 1.0}, "weight decay"),
        ({"lr": 1e-6}, "steps too short"),
        ({"lr": 0.0}, "rate of zero"),
        ({"lr": 1e-3}, "steps too short"),
        ({"hidden": (64,) * 5, "lr": 0.01, "init": "uniform"}, "steps too short"),
        ({"lr": 10.0, "activation": "leaky_relu"}, "loss not falling"),
    ],
    ids=str,
)
def test_a_run_that_learns_nothing_is_told_why(changes: dict, cause: str) -> None:
    found = after_training(nn.Recipe(hidden=(64,)).replace(**changes))
    assert found is not None
    assert found.cause == cause, str(found)


def test_the_notebook_on_small_digits_is_told_about_its_weights() -> None:
    found = after_training(nn.PRESETS["notebook"].recipe)
    assert found is not None
    assert found.cause == "saturation"
    assert "Xavier" in found.advice


@pytest.mark.parametrize(
    "recipe",
    [
        nn.PRESETS["corrected"].recipe,
        nn.PRESETS["fast-mlp"].recipe.replace(hidden=(128,)),
        nn.PRESETS["small-cnn"].recipe,
        nn.Recipe(hidden=(8,)),
        nn.Recipe(hidden=(64,), lr=0.1, optimizer="adam", activation="relu"),
        nn.Recipe(init="normal", lr=0.01),  # saturated, but gets on
    ],
)
def test_a_run_that_learns_is_left_in_peace(recipe: nn.Recipe) -> None:
    assert after_training(recipe) is None


def test_looking_changes_neither_weights_nor_masks() -> None:
    recipe = nn.Recipe(hidden=(8,), dropout=0.5, batch_norm=True, lr=100.0)
    looked, alone = recipe.build_trainer(TRAIN, TEST), recipe.build_trainer(TRAIN, TEST)
    for _ in range(3):
        looked.advance()
        alone.advance()
    diagnose(recipe, looked.model, looked.criterion, TEST.inputs(), TEST.labels)
    looked.advance()
    alone.advance()
    for name, array in alone.model.state_dict().items():
        np.testing.assert_array_equal(looked.model.state_dict()[name], array)


@pytest.mark.parametrize("share", [0.96, 1.0])
def test_where_nearly_all_are_of_one_class_learning_is_still_told_from_guessing(share: float) -> None:
    labels = (np.arange(1000) >= share * 1000).astype(np.int64)
    losses = np.array([0.7, 0.7])
    assert learns(losses, 0.01, 1.0, labels)
    assert learns(losses, 0.2, share, labels) == (share == 1.0)
