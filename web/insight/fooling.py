"""The smallest change of a picture that fools a network, and what a network takes for an ideal digit."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

import numpy as np

from nncore.evaluate import evaluating, predict
from nncore.losses import Loss
from nncore.module import Sequential
from nncore.ops import Array
from web.insight.units import is_linear

STEPS = 40  # of the search, at most
STRIDE = 0.2  # most that one step moves the picture, as a length: so that there are several to be seen
OVERSHOOT = 0.02  # share by which a step goes beyond the border it aims at
HALVINGS = 7
BOUND = 0.5  # largest change, as a share of the picture's own length: beyond it is another picture

IDEAL_STEPS = 60
IDEAL_RATE = 0.15  # length of the first step, as a share of the picture's
FADE = np.float32(0.25)  # of the mean ink, taken off everywhere at each step: what does not help is paper
SMOOTH = 3  # so many steps between two smoothings


class Stage(NamedTuple):
    """A picture (h, w) in 0..1 on the way, and the answer (classes,) to it."""

    image: Array
    probabilities: Array


class Fooled(NamedTuple):
    """Result of `fool`.

    Attributes
    ----------
    stages : from the picture itself to the one that turns the answer (or the last that was tried).
    answer : what the network took the picture for.
    other : what it takes the last stage for, if it was turned.
    size : length of the change as a share of the picture's own.
    turned : whether the answer was turned within the bound.
    """

    stages: list[Stage]
    answer: int
    other: int
    size: float
    turned: bool


def fool(
    model: Sequential, criterion: Loss, image: Array, target: int | None = None
) -> Generator[None, None, Fooled]:
    """The smallest change of image (h, w) that makes the network say `target`, or anything else, as a job.

    DeepFool (Moosavi-Dezfooli, Fawzi and Frossard 2016) with pixels kept in 0..1: towards class k the score
    `f_k - f_answer` rises along its gradient w, and the border is `r = -(f_k - f_answer) w / |w|^2` away if
    the network were linear.  The nearest border is approached in steps; then the change is shrunk as long as
    the answer stays turned.
    """
    answer = int(predict(model, criterion, image[None, None])[0].argmax())
    present = image.copy()
    stages = [_stage(model, criterion, present)]
    bound = BOUND * float(np.linalg.norm(image))
    for _ in range(STEPS):
        step = _towards_border(model, present, answer, target)
        if step is None:
            break
        moved = np.clip(present + step, 0, 1)
        change = moved - image
        if (length := float(np.linalg.norm(change))) > bound:
            moved = np.clip(image + change * image.dtype.type(bound / length), 0, 1)
        if np.abs(moved - present).max() < 1e-4:
            break
        present = moved
        stages.append(_stage(model, criterion, present))
        yield
        if _is_turned(stages[-1], answer, target):
            break
    turned = _is_turned(stages[-1], answer, target)
    if turned:
        stages[-1] = yield from _smallest(model, criterion, stages[0].image, stages[-1], answer, target)
        stages[1:-1] = [stage for stage in stages[1:-1] if _nearer(stage, stages[-1], image)]
    size = float(np.linalg.norm(stages[-1].image - image) / max(1e-9, float(np.linalg.norm(image))))
    return Fooled(stages, answer, int(stages[-1].probabilities.argmax()), size, turned)


def ideal(model: Sequential, criterion: Loss, like: Array, label: int) -> Generator[float, None, Stage]:
    """A picture with as much ink as `like` (h, w) that is surely read as `label`, as a job: yields the share.

    From even grey, the log-probability's gradient is climbed on the sphere of pictures of that length.
    Smoothing on the way (Yosinski et al. 2015) keeps the picture from becoming noise, which excites a network
    more than any digit does.
    """
    length = np.float32(np.linalg.norm(like))
    image = np.full(like.shape, length / np.sqrt(like.size), np.float32)
    best = _stage(model, criterion, image)
    for step in range(IDEAL_STEPS):
        weights = -predict(model, criterion, image[None, None])[0]
        weights[label] += 1  # d log p[label] / d scores
        gradient = np.tensordot(weights, _score_gradients(model, image), axes=1)
        stride = IDEAL_RATE * length * (1 - step / IDEAL_STEPS) / max(float(np.linalg.norm(gradient)), 1e-12)
        image = np.clip(image + gradient * np.float32(stride), 0, 1)
        if step % SMOOTH == 0:
            image = _smoothed(image)
        image = np.maximum(image - FADE * image.mean(), 0)
        image = np.clip(image * (length / max(np.float32(np.linalg.norm(image)), np.float32(1e-6))), 0, 1)
        stage = _stage(model, criterion, image)
        if stage.probabilities[label] >= best.probabilities[label]:
            best = stage
        yield step / IDEAL_STEPS
    return best


def _stage(model: Sequential, criterion: Loss, image: Array) -> Stage:
    return Stage(image, predict(model, criterion, image[None, None])[0])


def _is_turned(stage: Stage, answer: int, target: int | None) -> bool:
    read = int(stage.probabilities.argmax())
    return read != answer if target is None else read == target


def _nearer(stage: Stage, last: Stage, image: Array) -> bool:
    return bool(np.linalg.norm(stage.image - image) < np.linalg.norm(last.image - image))


def _scores(model: Sequential, x: Array) -> tuple[Array, list]:
    """The last Linear's output, before any softmax could flatten its gradient; and the layers up to it.

    Of a network without one it is all of the network's.
    """
    linear = [index for index, layer in enumerate(model) if is_linear(layer)]
    layers = list(model)[: linear[-1] + 1] if linear else list(model)
    for layer in layers:
        x = layer(x)
    return x, layers


def _score_gradients(model: Sequential, image: Array) -> Array:
    """How every class's score grows with every pixel: (classes, h, w)."""
    with evaluating(model):
        classes = _scores(model, image[None, None])[0].shape[1]
        x = np.repeat(image[None, None], classes, axis=0)
        output, layers = _scores(model, x)
        gradient: Array = np.eye(classes, dtype=output.dtype)
        for layer in reversed(layers):
            gradient = layer.backward_input(gradient)
    return gradient[:, 0]


def _towards_border(model: Sequential, image: Array, answer: int, target: int | None) -> Array | None:
    """The step towards the nearest border to another class (or to `target`); None where there is no way."""
    with evaluating(model):
        scores = _scores(model, image[None, None])[0][0]
    gradients = _score_gradients(model, image)
    best, nearest = None, np.inf
    for k in range(len(scores)) if target is None else [target]:
        if k == answer:
            continue
        w = gradients[k] - gradients[answer]
        w = np.where(((image >= 1) & (w > 0)) | ((image <= 0) & (w < 0)), 0, w)  # there it cannot go on
        size, gap = float(np.linalg.norm(w)), float(scores[answer] - scores[k])
        if size > 0 and gap / size < nearest:
            nearest, best = gap / size, w / size
    if best is None:
        return None
    length = min(STRIDE, max(nearest, 0.0) * (1 + OVERSHOOT) + 1e-3)
    return (best * length).astype(image.dtype)


def _smallest(
    model: Sequential, criterion: Loss, image: Array, turned: Stage, answer: int, target: int | None
) -> Generator[None, None, Stage]:
    """The least share of the change that still turns the answer, by halving."""
    low, high, found = 0.0, 1.0, turned
    change = turned.image - image
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        stage = _stage(model, criterion, image + change * image.dtype.type(middle))
        if _is_turned(stage, answer, target):
            high, found = middle, stage
        else:
            low = middle
        yield
    return found


def _smoothed(image: Array) -> Array:
    """Each pixel averaged with its neighbours: weights 1, 2, 1 along rows and columns."""
    for axis in (0, 1):
        padded = np.pad(image, [(1, 1) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        before, after = (
            np.take(padded, range(image.shape[axis]), axis),
            np.take(padded, range(2, image.shape[axis] + 2), axis),
        )
        image = (before + 2 * image + after) / np.float32(4)
    return image.astype(np.float32)
