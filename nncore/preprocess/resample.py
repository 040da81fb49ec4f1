"""Anti-aliased scaling of a rectangle of an image."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nncore import ops
from nncore.preprocess.strokes import Array


class Box(NamedTuple):
    """A rectangle in pixels; edges may lie between pixels and outside the image, where there is no ink."""

    top: float
    left: float
    height: float
    width: float


def resample(image: Array, box: Box, shape: tuple[int, int]) -> Array:
    """The rectangle `box` of `image`, scaled to `shape`; values stay within the range of the image and 0.

    Each output pixel is a weighted mean of the input around its place. The weights are a triangle
    as wide as two output pixels (or two input pixels where the image is enlarged), applied to rows
    and columns in turn: linear interpolation when enlarging, anti-aliasing when reducing.

    Parameters
    ----------
    image : float32 ndarray of shape (H, W)
    box : Box                   the part to scale, in pixels of `image`
    shape : (int, int)          height and width of the result, float32
    """
    rows = _weights(image.shape[0], box.top, box.height, shape[0])
    columns = _weights(image.shape[1], box.left, box.width, shape[1])
    product = ops.backend().matmul
    return product(product(rows, image), columns.T)


def _weights(size_in: int, start: float, length: float, size_out: int) -> Array:
    """(size_out, size_in) weights; rows sum to 1 except where they reach outside the image."""
    scale = length / size_out
    centres = start + (np.arange(size_out) + 0.5) * scale
    reach = max(scale, 1.0)
    beyond = int(max(0, -centres[0], centres[-1] - size_in) + reach) + 1  # so far the weights reach outside
    places = np.arange(-beyond, size_in + beyond) + 0.5
    weights = np.maximum(0, 1 - np.abs(places - centres[:, None]) / reach)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights[:, beyond:-beyond].astype(np.float32)


def ink_box(ink: Array, threshold: float) -> Box | None:
    """The smallest box that holds every pixel with more ink than `threshold`; None where there is none."""
    dark = ink > threshold
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if len(rows) == 0:
        return None
    top, left = float(rows[0]), float(columns[0])
    return Box(top, left, float(rows[-1]) + 1 - top, float(columns[-1]) + 1 - left)
