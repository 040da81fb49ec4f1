"""Images moved, bent and thickened, as a part of `nncore.ops.NumpyOps`, whose conventions hold."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import DTypeLike

from nncore.arrays import Array

#: What is less than this share of an image's largest pixel becomes 0.  Else there is a fringe around strokes,
#: hardly to be seen, which products cannot skip: of MNIST's numbers a third more were not 0.
FAINT = 0.1

AT_ONCE = 128  # images that NumPy moves together; of more the numbers in between leave the processor's cache


class WarpOps:
    """Mixin of `NumpyOps` with what augmentation does to images."""

    def warp(self, images: Array, affine: Array, bend: Array | None = None) -> Array:
        """Images `(n, h, w)` looked up elsewhere -> the same shape; what is `FAINT` becomes 0.

        Image i at row y and column x takes its value (bilinear, 0 outside) at

            row = a[0, 0] * y + a[0, 1] * x + a[0, 2] + field[0, i, y, x]
            column = a[1, 0] * y + a[1, 1] * x + a[1, 2] + field[1, i, y, x]

        with `a = affine[i]`, affine `(n, 2, 3)`. The field is `bend` `(2, n, 4, 4)` at 4 x 4 points, the
        outer ones on the image's edges, and what `interpolation` puts between them; 0 without it.
        """
        n, h, w = images.shape
        if n > AT_ONCE:
            moved = np.empty(images.shape, images.dtype)
            for part in (slice(i, i + AT_ONCE) for i in range(0, n, AT_ONCE)):
                moved[part] = self.warp(images[part], affine[part], None if bend is None else bend[:, part])
            return moved
        y = np.arange(h, dtype=images.dtype)[:, None]
        x = np.arange(w, dtype=images.dtype)
        places = [
            a[:, :1, None] * y + a[:, 1:2, None] * x + a[:, 2:, None] for a in (affine[:, 0], affine[:, 1])
        ]
        if bend is not None:
            field = interpolation(h, bend.dtype).T @ bend @ interpolation(w, bend.dtype)
            places = [place + shift for place, shift in zip(places, field, strict=True)]
        return _without_faint(sample_bilinear(images, *places), images)

    def thicken(self, images: Array, amount: Array) -> Array:
        """Images `(n, h, w)`, each blended by the share `|amount|` towards its dilation or its erosion.

        Dilation, where `amount` `(n,)` is above 0, makes strokes thicker, erosion thinner.
        What is `FAINT` becomes 0.
        """
        extreme = np.empty_like(images)
        thicker = amount > 0
        extreme[thicker] = _cross_extreme(images[thicker], np.maximum)
        extreme[~thicker] = _cross_extreme(images[~thicker], np.minimum)
        return _without_faint(images + np.abs(amount)[:, None, None] * (extreme - images), images)


@lru_cache(maxsize=8)
def interpolation(size: int, dtype: DTypeLike = np.float32) -> Array:
    """Weights `(4, size)` by which 4 values, evenly spread, make a smooth line of `size` (Catmull-Rom)."""
    places = np.linspace(0, 3, size)
    d = np.abs(places - np.arange(4)[:, None])
    near = 1.5 * d**3 - 2.5 * d**2 + 1
    far = -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2
    weights = np.where(d < 1, near, np.where(d < 2, far, 0))
    return (weights / weights.sum(axis=0)).astype(dtype)


def sample_bilinear(images: Array, rows: Array, columns: Array) -> Array:
    """Values of images `(n, h, w)` at fractional positions `rows`, `columns` `(n, p, q)`; 0 outside.

    With a, b the fractions of row r and column c,
    `v = (1-a)(1-b) I[r, c] + (1-a) b I[r, c+1] + a (1-b) I[r+1, c] + a b I[r+1, c+1]`.
    """
    n, h, w = images.shape
    padded = np.zeros((n, h + 2, w + 2), images.dtype)
    padded[:, 1:-1, 1:-1] = images
    flat = padded.reshape(-1)
    # Clipped to the ring of zeros, positions outside look up nothing but zeros.
    rows = np.clip(rows + 1, 0, h + 1 - 1e-3, dtype=np.float32)
    columns = np.clip(columns + 1, 0, w + 1 - 1e-3, dtype=np.float32)
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    a, b = rows - top, columns - left
    index = top
    index *= w + 2
    index += left
    index += (np.arange(n, dtype=np.int32) * ((h + 2) * (w + 2)))[:, None, None]
    upper = flat[index]
    upper += b * (flat[index + 1] - upper)
    index += w + 2
    lower = flat[index]
    lower += b * (flat[index + 1] - lower)
    lower -= upper
    lower *= a
    upper += lower
    return upper


def _without_faint(changed: Array, images: Array) -> Array:
    """`changed` with zeros, set in place, for what is `FAINT` beside the largest pixel of `images`."""
    largest = np.fmax.reduce(images, axis=(1, 2), keepdims=True, initial=0)  # but not NaN
    changed[changed < FAINT * largest] = 0
    return changed


def _cross_extreme(images: Array, extreme: np.ufunc) -> Array:
    """Dilation (maximum) or erosion (minimum) of each pixel with its four neighbours; outside is paper."""
    n, h, w = images.shape
    padded = np.zeros((n, h + 2, w + 2), images.dtype)
    padded[:, 1:-1, 1:-1] = images
    result = extreme(padded[:, :-2, 1:-1], padded[:, 2:, 1:-1])
    extreme(result, padded[:, 1:-1, :-2], out=result)
    extreme(result, padded[:, 1:-1, 2:], out=result)
    return extreme(result, images, out=result)
