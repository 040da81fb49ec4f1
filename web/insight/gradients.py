"""The gradient check of a whole network, in slices."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

import numpy as np

from nncore.data import Dataset
from nncore.gradcheck import TOLERANCE, GradientSample, gradient_samples
from nncore.losses import Loss
from nncore.module import Module

BATCH = 4  # images: quick in float64
# Where ReLU or max pooling bends within the distance of the measurement, the two differ although both are
# right. Few images, a short distance, and inputs moved off the empty background, where thousands of units
# stand near the bend, make that rare: it did not happen in 80 checks of fresh networks.
EPS = 1e-7
JITTER = 0.3
SAMPLES = 12  # numbers of the input and of each parameter


class Checked(NamedTuple):
    """Result of `check`."""

    samples: list[GradientSample]

    @property
    def worst(self) -> GradientSample:
        """The sample of the largest relative error."""
        return max(self.samples, key=lambda sample: sample.relative_error)

    @property
    def passed(self) -> bool:
        """Whether all derivatives agree."""
        return self.worst.relative_error < TOLERANCE


def check(model: Module, criterion: Loss, data: Dataset) -> Generator[None, None, Checked]:
    """Compute derivatives of the loss on a few images twice, on a copy made at the first step."""
    batch = data[:BATCH]
    found = []
    for sample in gradient_samples(
        model,
        batch.inputs(dtype=np.float64),
        criterion,
        batch.labels,
        samples=SAMPLES,
        eps=EPS,
        jitter=JITTER,
    ):
        found.append(sample)
        yield
    return Checked(found)
