"""What is the matter with a run that learns nothing, in plain words.

Cheap figures decide whether it learns; only if it does not is the network looked into, on one batch.  The
thresholds lie far from both sides of trainings tried on the embedded digits (`tests/unit/test_diagnosis.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nncore.activations import ReLU, Sigmoid, Tanh
from nncore.evaluate import activations, evaluating
from nncore.losses import Loss
from nncore.module import Sequential
from nncore.ops import Array

if TYPE_CHECKING:
    from nncore.recipe import Recipe
from nncore.text import Text

Labels = NDArray[np.integer]

SATURATED = 0.99  # of the way to an activation's limits: its slope is below 0.02 there
SHARE = 0.3  # of saturated values, and
DEAD = 0.9  # of dead units, from which they explain a run that does not learn
FADED = 1e-2  # gradient of the first layer by that of the last
SLOW = 5e-4  # step by size of a weight


@dataclass(frozen=True)
class Diagnosis:
    """Why a run does not learn: a short name for the cause, what is the matter, and what to try."""

    cause: str
    matter: str
    advice: str

    def __str__(self) -> str:
        return Text("{matter} {advice}", matter=self.matter, advice=self.advice)


def learns(first_losses: Array, loss: float, accuracy: float, labels: Labels) -> bool:
    """Whether a run gets anywhere: its accuracy (0..1) is beyond guessing, and its loss has fallen.

    `first_losses` are those of the first steps, as many as even the batches out; `loss` and `accuracy` are
    means over the latest ones. The best guess is the commonest class among `labels`.
    """
    # A learning rate that is much too large throws the loss up before these are over.
    start = min(first_losses[0], first_losses.mean())
    guessing = float(np.bincount(labels).max()) / len(labels)
    beyond = accuracy > guessing + min(0.05, (1 - guessing) / 2)
    return guessing == 1 or (beyond and (loss < 0.9 * start or accuracy > 0.5))


def diagnose(recipe: Recipe, model: Sequential, criterion: Loss, x: Array, y: Labels) -> Diagnosis:
    """The likeliest cause why the run of `recipe` left `model` ignorant, by one batch `x` with labels `y`.

    The weights stay as they are; gradients are forgotten, as before every step.
    """
    lower = Text(
        "Reset with a learning rate of {lower:g} or less (now {lr:g})", lower=recipe.lr / 10, lr=recipe.lr
    )
    if recipe.lr == 0:
        return Diagnosis(
            "rate of zero", Text("The learning rate is 0: no step changes anything."), Text("Raise it.")
        )
    if (share := _dead_units(model, x)) >= DEAD:
        return Diagnosis(
            "dead units",
            Text(
                "{share:.0%} of the units of a ReLU layer answer 0 to every image: no gradient passes "
                "them, and they cannot come back.",
                share=share,
            ),
            Text("{lower}, with Kaiming weights, or with leaky ReLU.", lower=lower),
        )
    share = _saturation(model, x)
    gradients, weights = _sizes(model, criterion, x, y)
    if len(gradients) != len(weights) or not weights:  # a network of one's own may have no layers of weights
        return _unknown(lower)
    steps = _steps(recipe, gradients, weights)
    if share >= SHARE and recipe.init == "normal":
        return Diagnosis(
            "saturation",
            Text(
                "{share:.0%} of the hidden values lie at the limits of their activation, where its slope is "
                "near 0: weights drawn from N(0, 1) are too large for so many inputs.",
                share=share,
            ),
            Text("Choose Xavier for the initial weights, or the corrected preset."),
        )
    if share >= SHARE:
        return Diagnosis(
            "saturation",
            Text(
                "{share:.0%} of the hidden values lie at the limits of their activation, where its slope is "
                "near 0: steps were so long that they threw the weights there.",
                share=share,
            ),
            Text("{lower}.", lower=lower),
        )
    if not np.isfinite(gradients).all() or gradients[0] > gradients[-1] / FADED:
        return Diagnosis(
            "exploding gradients",
            Text(
                "The gradient grows from layer to layer on its way back: the first layers are thrown about."
            ),
            Text("{lower}, with Xavier or Kaiming weights, or with fewer layers.", lower=lower),
        )
    if gradients[0] < gradients[-1] * FADED:
        return Diagnosis(
            "vanishing gradients",
            Text(
                "The gradient of the first layer is {share:.0e} of that of the last: it fades on its way "
                "back through the layers.",
                share=gradients[0] / gradients[-1],
            ),
            Text("Take fewer layers, ReLU in place of sigmoid or tanh, Kaiming weights, or batch norm."),
        )
    decay = recipe.weight_decay
    if decay and all(decay * w > 3 * g for g, w in zip(gradients, weights, strict=True)):
        return Diagnosis(
            "weight decay",
            Text(
                "The weight decay of {decay:g} pulls the weights to 0 harder than the data pull them "
                "anywhere.",
                decay=decay,
            ),
            Text("Take a hundredth of it, or none."),
        )
    if max(steps) < SLOW:
        return Diagnosis(
            "steps too short",
            Text(
                "A step moves the weights by {step:.0e} of their size at most: that takes very long.",
                step=max(steps),
            ),
            Text("Raise the learning rate tenfold (now {lr:g}), or take Adam.", lr=recipe.lr),
        )
    return _unknown(lower)


def _unknown(lower: str) -> Diagnosis:
    return Diagnosis(
        "loss not falling",
        Text("The loss is not falling, and the network guesses."),
        Text(
            "{lower}; if that does not help, go back to a preset and change one thing at a time.", lower=lower
        ),
    )


def _dead_units(model: Sequential, x: Array) -> float:
    """Largest share, over the ReLU layers, of units that are 0 for all of the batch."""
    outputs = zip(model, activations(model, x), strict=True)
    shares = [float((out <= 0).all(axis=0).mean()) for layer, out in outputs if isinstance(layer, ReLU)]
    return max(shares, default=0.0)


def _saturation(model: Sequential, x: Array) -> float:
    """Largest share, over the tanh and sigmoid layers, of values at the limits."""
    shares = [0.0]
    for layer, out in zip(model, activations(model, x), strict=True):
        if isinstance(layer, Tanh | Sigmoid):
            reach = np.abs(out if isinstance(layer, Tanh) else 2 * out - 1)
            shares.append(float((reach > SATURATED).mean()))
    return max(shares)


def _sizes(model: Sequential, criterion: Loss, x: Array, y: Labels) -> tuple[list[float], list[float]]:
    """Root mean squares of each layer's weight gradient and weight."""
    with evaluating(model), np.errstate(all="ignore"):
        criterion(model(x), y)
        model.zero_grad()
        model.backward_params(criterion.backward())
        layers = [p for p in model.parameters() if p.data.ndim > 1]
        gradients = [_rms(p.grad) for p in layers if p.grad is not None]
        weights = [_rms(p.data) for p in layers]
        model.zero_grad()
    return gradients, weights


def _steps(recipe: Recipe, gradients: list[float], weights: list[float]) -> list[float]:
    """About how far one step moves each layer, by the size of its weights."""
    if recipe.optimizer in ("adam", "adamw"):  # its steps are about `lr` long, whatever the gradient
        return [recipe.lr / max(weight, 1e-30) for weight in weights]
    longer = 1 / (1 - recipe.momentum) if recipe.optimizer == "sgd" else recipe.batch_size
    return [recipe.lr * longer * g / max(w, 1e-30) for g, w in zip(gradients, weights, strict=True)]


def _rms(array: Array) -> float:
    return sqrt(float(np.mean(np.square(array, dtype=np.float64))))
