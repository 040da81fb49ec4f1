"""Ink from a photograph or any other picture of a digit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nncore.preprocess.strokes import Array


def ink_from_image(grey: NDArray[np.generic]) -> Array:
    """Ink `(H, W)` float32 of a picture, 0 for paper to 1 for ink, whether dark on light or light on dark.

    The paper's brightness is taken to be the median along the picture's border; what differs from it
    most is ink. Otsu's method (IEEE Trans. SMC 9, 1979) parts the differences into the two most uniform
    groups; the mean of the one becomes no ink, that of the other full ink.  A picture of one colour has none.

    Parameters
    ----------
    grey : ndarray of shape (H, W)      brightness, any numeric type and range, larger is brighter

    Raises ValueError if it is not of that shape.
    """
    if grey.ndim != 2 or grey.size == 0:
        raise ValueError(f"ink_from_image: got shape {grey.shape}, expected (height, width), grey")
    values = grey.astype(np.float64)  # float32 has no room for what an .npy file may hold
    border = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    difference = np.abs(values - np.median(border))
    if difference.max() == 0:
        return difference.astype(np.float32)
    paper, ink = _groups(difference / difference.max())
    return np.clip((difference / difference.max() - paper) / (ink - paper), 0, 1).astype(np.float32)


def _groups(values: Array) -> tuple[float, float]:
    """Means of the two groups made by the threshold with the largest variance between them; values 0..1."""
    counts, edges = np.histogram(values, bins=64, range=(0, 1))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1].astype(np.float64)
    above = counts.sum() - below
    sum_below = np.cumsum(counts * middles)[:-1]
    low = sum_below / np.maximum(below, 1)
    high = ((counts * middles).sum() - sum_below) / np.maximum(above, 1)
    best = int(np.argmax(below * above * (high - low) ** 2))
    return float(low[best]), float(high[best])
