"""What the network takes for what, and where it is most wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nncore.data import Dataset
from nncore.evaluate import Evaluation
from nncore.metrics import most_wrong, per_class

Cell = tuple[int, int]  # true class, predicted class


@dataclass(frozen=True)
class Reading:
    """One image of the test set and what the network thought of it."""

    index: int
    label: int
    predicted: int
    confidence: float  # probability of `predicted`
    chance: float  # probability of `label`

    @property
    def caption(self) -> str:
        """For below the picture."""
        return f"{self.label} → {self.predicted} {self.confidence:.0%}"

    @property
    def name(self) -> str:
        """For reading aloud."""
        if self.label == self.predicted:
            return f"Digit {self.label}, read as such with {self.confidence:.0%}"
        read = f"read as {self.predicted} with {self.confidence:.0%}"
        return f"Digit {self.label}, {read}, as {self.label} with {self.chance:.0%}"


def readings(evaluation: Evaluation, data: Dataset, cell: Cell | None, count: int) -> list[Reading]:
    """Up to `count` images of `cell`, the surest first; without a cell the most wrong ones."""
    probabilities = evaluation.probabilities
    if cell is None:
        chosen: npt.NDArray[np.int64] = most_wrong(probabilities, data.labels, count)
    else:
        label, taken_for = cell
        inside = np.flatnonzero((data.labels == label) & (probabilities.argmax(axis=1) == taken_for))
        chosen = inside[np.argsort(-probabilities[inside, taken_for], kind="stable")][:count]
    return [_reading(probabilities[index], int(index), int(data.labels[index])) for index in chosen]


def _reading(probabilities: npt.NDArray[np.floating], index: int, label: int) -> Reading:
    predicted = int(probabilities.argmax())
    return Reading(index, label, predicted, float(probabilities[predicted]), float(probabilities[label]))


def matrix(evaluation: Evaluation) -> dict[str, Any]:
    """The confusion matrix and its figures for `MatrixTable`; NaN where there is nothing to count."""
    figures = per_class(evaluation.confusion)
    return {
        "classes": [str(name) for name in range(len(evaluation.confusion))],
        "counts": evaluation.confusion.tolist(),
        "recall": figures.recall.tolist(),
        "precision": figures.precision.tolist(),
        "f1": figures.f1.tolist(),
    }
