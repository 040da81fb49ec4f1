"""Figures that tell how well a classifier does.

`probabilities` is float `(n, k)`, `labels` and `predictions` are integers `(n,)`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nncore.ops import Array


def accuracy(predictions: NDArray[np.integer], labels: NDArray[np.integer]) -> float:
    """Share of predictions that equal the label, 0..1; NaN for no samples."""
    return float(np.mean(predictions == labels)) if len(labels) else float("nan")


def confusion_matrix(
    labels: NDArray[np.integer], predictions: NDArray[np.integer], num_classes: int
) -> NDArray[np.int64]:
    """`(k, k)` counts: entry [t, p] is how often class t was taken for class p.

    Raises ValueError for a label or prediction that is no class.
    """
    for name, classes in (("labels", labels), ("predictions", predictions)):
        if len(classes) and not 0 <= np.min(classes) <= np.max(classes) < num_classes:
            raise ValueError(
                f"confusion_matrix: got {name} from {np.min(classes)} to {np.max(classes)}, expected 0 to "
                f"{num_classes - 1}"
            )
    cells = np.asarray(labels, np.int64) * num_classes + predictions
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes).astype(np.int64)


@dataclass(frozen=True)
class ClassFigures:
    """Per class, arrays `(k,)`; a figure without any sample to count is NaN.

    precision = right / predicted as the class;  recall = right / samples of the class;
    f1 = 2 * precision * recall / (precision + recall);  support = samples of the class.
    """

    precision: Array
    recall: Array
    f1: Array
    support: NDArray[np.int64]


def per_class(confusion: NDArray[np.int64]) -> ClassFigures:
    """Precision, recall, f1 and support of every class, from a confusion matrix."""
    right = np.diag(confusion).astype(np.float64)
    support, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return ClassFigures(right / predicted, right / support, 2 * right / (predicted + support), support)


def most_wrong(
    probabilities: Array, labels: NDArray[np.integer], count: int | None = None
) -> NDArray[np.int64]:
    """Indices of the misclassified samples, those first whose right class got the least probability."""
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    chance = probabilities[wrong, labels[wrong]]
    return wrong[np.argsort(chance, kind="stable")][:count]


def expected_calibration_error(probabilities: Array, labels: NDArray[np.integer], bins: int = 15) -> float:
    """Mean gap between confidence and accuracy, over `bins` equal bins of confidence (Guo et al. 2017).

    `sum over bins of (samples in the bin / n) * |accuracy - mean confidence|`; 0 is perfect.  NaN for no
    samples, and for probabilities that are not finite.
    """
    if not len(labels) or not np.isfinite(probabilities).all():
        return float("nan")
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    which = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gap = np.bincount(which, right - confidence.astype(np.float64), minlength=bins)
    return float(np.abs(gap).sum() / len(labels))
