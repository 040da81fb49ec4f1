"""Fine-tuning: a trained network learns a few new drawings without forgetting the old digits."""

from __future__ import annotations

import copy
from collections.abc import Generator
from typing import NamedTuple

import numpy as np

from nncore.data import Dataset
from nncore.data.augment import Augmentation
from nncore.losses import Loss
from nncore.metrics import accuracy
from nncore.module import Module
from nncore.ops import Array
from nncore.optim import Adam

STEPS = 240
NEW, OLD = 16, 48  # images of each kind in a batch
LR = 5e-4  # small: the network is to learn something more, not to begin anew
VARIATION = Augmentation(shift=0.05, rotate=8, scale=0.08, shear=0.08)  # of the new drawings
CHECKED = 2000  # old test images, at most
SLICE = 100  # images between two places to rest


class Score(NamedTuple):
    """Accuracy 0..1 before and after, on so many images; NaN for none."""

    before: float
    after: float
    images: int


class Taught(NamedTuple):
    """Result of `teach`: the new weights, and what they do to each kind of digit."""

    state: dict[str, Array]
    taught: Score
    kept_back: Score
    old: Score


def teach(
    model: Module,
    criterion: Loss,
    new: Dataset,
    kept_back: Dataset,
    old: Dataset,
    test: Dataset,
    seed: int = 0,
) -> Generator[float, None, Taught]:
    """Fine-tune a copy of `model` on drawings mixed with old training digits; yields the share that is done.

    Each batch holds `NEW` drawings, varied a little so that a few go a long way, and `OLD` digits of `old`:
    without these the network would forget them. The drawings in `kept_back` are not taught, but checked.

    Raises
    ------
    ValueError
        there is no drawing to teach.
    """
    if not len(new):
        raise ValueError("teach: got no drawing to teach, expected at least one")
    pupil, criterion = copy.deepcopy(model), copy.deepcopy(criterion)
    sets = (new, kept_back, test[:CHECKED])
    before = yield from _accuracies(pupil, sets, 0.0)
    optimizer = Adam(pupil.parameters(), LR)
    rng = np.random.default_rng(seed)
    for step in range(STEPS):
        _step(pupil, criterion, optimizer, new, old, rng)
        yield 0.1 + 0.8 * step / STEPS
    after = yield from _accuracies(pupil, sets, 0.9)
    scores = (Score(b, a, len(data)) for b, a, data in zip(before, after, sets, strict=True))
    return Taught(pupil.state_dict(), *scores)


def _step(
    pupil: Module, criterion: Loss, optimizer: Adam, new: Dataset, old: Dataset, rng: np.random.Generator
) -> None:
    chosen, others = rng.integers(len(new), size=NEW), rng.integers(len(old), size=OLD)
    drawings = VARIATION(new.inputs(chosen)[:, 0], rng)[:, None]
    x = np.concatenate([drawings, old.inputs(others)])
    pupil.train()
    pupil.zero_grad()
    criterion(pupil(x), np.concatenate([new.labels[chosen], old.labels[others]]))
    pupil.backward(criterion.backward())
    optimizer.step()


def _accuracies(
    model: Module, sets: tuple[Dataset, ...], share: float
) -> Generator[float, None, list[float]]:
    """Accuracy on each set; NaN for an empty one."""
    model.eval()
    found = []
    for data in sets:
        read = np.zeros(len(data), np.int64)
        for start in range(0, len(data), SLICE):
            part = slice(start, start + SLICE)
            read[part] = model(data.inputs(part)).argmax(axis=1)
            yield share
        found.append(accuracy(read, data.labels))
    return found
