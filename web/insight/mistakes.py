"""What the network takes for what, and where it is most wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nncore.data import Dataset
from nncore.evaluate import Evaluation
from nncore.metrics import most_wrong, per_class
from web.words import _

Cell = tuple[int, int]  # true class, predicted class


@dataclass(frozen=True)
class Reading:
    """One image of the test set and what the network thought of it."""

    index: int
    label: int
    predicted: int
    confidence: float  # probability of `predicted`
    chance: float  # probability of `label`
    noun: str  # what the image shows
    class_names: tuple[str, ...]

    @property
    def caption(self) -> str:
        """For below the picture."""
        label, predicted = self._names
        return f"{label} → {predicted} {self.confidence:.0%}"

    @property
    def name(self) -> str:
        """For reading aloud."""
        label, predicted = self._names
        noun = _(self.noun).capitalize()
        if self.label == self.predicted:
            return _(
                "{noun} {label}, read as such with {sure:.0%}", noun=noun, label=label, sure=self.confidence
            )
        return _(
            "{noun} {label}, read as {predicted} with {sure:.0%}, as {label} with {chance:.0%}",
            noun=noun,
            label=label,
            predicted=predicted,
            sure=self.confidence,
            chance=self.chance,
        )

    @property
    def _names(self) -> tuple[str, str]:
        return self.class_names[self.label], self.class_names[self.predicted]


def readings(evaluation: Evaluation, data: Dataset, cell: Cell | None, count: int) -> list[Reading]:
    """Up to `count` images of `cell`, the surest first; without a cell the most wrong ones."""
    probabilities = evaluation.probabilities
    if cell is None:
        chosen: npt.NDArray[np.int64] = most_wrong(probabilities, data.labels, count)
    else:
        label, taken_for = cell
        inside = np.flatnonzero((data.labels == label) & (probabilities.argmax(axis=1) == taken_for))
        chosen = inside[np.argsort(-probabilities[inside, taken_for], kind="stable")][:count]
    return [_reading(probabilities[index], int(index), data) for index in chosen]


def _reading(probabilities: npt.NDArray[np.floating], index: int, data: Dataset) -> Reading:
    label, predicted = int(data.labels[index]), int(probabilities.argmax())
    sure, chance = float(probabilities[predicted]), float(probabilities[label])
    return Reading(index, label, predicted, sure, chance, data.noun, data.class_names)


def matrix(evaluation: Evaluation, data: Dataset) -> dict[str, Any]:
    """The confusion matrix and its figures for `MatrixTable`; NaN where there is nothing to count."""
    figures = per_class(evaluation.confusion)
    return {
        "classes": list(data.class_names),
        "counts": evaluation.confusion.tolist(),
        "recall": figures.recall.tolist(),
        "precision": figures.precision.tolist(),
        "f1": figures.f1.tolist(),
    }
