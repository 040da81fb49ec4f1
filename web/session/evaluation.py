"""The whole test set through a network, in slices."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from nncore.data import Dataset
from nncore.evaluate import Evaluation, evaluate
from nncore.losses import Loss
from nncore.module import Module

SLICE = 100  # images between two places to rest


def evaluate_in_slices(model: Module, criterion: Loss, data: Dataset) -> Generator[float, None, Evaluation]:
    """As `nncore.evaluate.evaluate`, as a job; yields the share that is done."""
    parts = []
    for start in range(0, len(data), SLICE):
        parts.append(evaluate(model, criterion, data[start : start + SLICE], SLICE))
        yield min(1.0, (start + SLICE) / len(data))
    weights = np.array([len(part.probabilities) for part in parts]) / len(data)
    return Evaluation(
        float(weights @ [part.loss for part in parts]),
        float(weights @ [part.accuracy for part in parts]),
        np.concatenate([part.probabilities for part in parts]),
        np.sum([part.confusion for part in parts], axis=0),
    )
