"""Arrays as pictures of 256 levels, coloured on the page."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

ONE_ROW = 20  # units
ZERO = 128  # the level of 0 on the diverging scale; 1 is the most negative, 255 the most positive


def ink(images: npt.NDArray[Any], max_value: float) -> Pixels:
    """Images of any shape with values 0 .. `max_value` as levels 0 (paper) .. 255 (ink)."""
    return np.clip(images * (255.0 / max_value), 0, 255).astype(np.uint8)


def diverging(values: npt.NDArray[Any], limit: float | None = None) -> Pixels:
    """Signed values of any shape as levels around `ZERO`.

    ±`limit`, by default the largest size, are the ends of the scale. It is one straight ramp in lightness,
    dark for negative and light for positive, so the sign can be told without colour. Values that are not
    finite show as zero.
    """
    if limit is None:
        limit = spread(values)
    scaled = np.clip(np.nan_to_num(values / (limit or 1.0), nan=0.0, posinf=0.0, neginf=0.0), -1, 1)
    return np.rint(ZERO + 127 * scaled).astype(np.uint8)


def spread(values: npt.NDArray[Any], share: float = 1.0) -> float:
    """The size that `share` of the finite `values` do not exceed; 0 if there is none."""
    sizes = np.abs(values[np.isfinite(values)])
    return float(np.quantile(sizes, share)) if sizes.size else 0.0


def rectangle(vector: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A vector (n,) as a picture (h, w) with h*w = n: a few units as one row, more as nearly a square."""
    if len(vector) <= ONE_ROW:
        return vector[None]
    height = next(h for h in range(math.isqrt(len(vector)), 0, -1) if len(vector) % h == 0)
    return vector.reshape(height, -1)


def thumbnail(picture: Pixels, side: int = 28) -> Pixels:
    """A picture (H, W) of any size as (side, side), averaged over blocks so that thin strokes stay."""
    fine = 4 * side
    rows, columns = np.arange(fine) * picture.shape[0] // fine, np.arange(fine) * picture.shape[1] // fine
    return picture[np.ix_(rows, columns)].reshape(side, 4, side, 4).mean(axis=(1, 3)).astype(np.uint8)
