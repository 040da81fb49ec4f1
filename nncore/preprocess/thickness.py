"""How thick the strokes of a picture are, and pictures with thicker or thinner strokes."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from nncore.preprocess.strokes import Array

_NEAR = 3  # pixels each way within which the darkest is a faint line's own
_FAINTEST = 0.05  # ink of a line that is still one


def stroke_width(ink: Array) -> float:
    """Mean stroke width of ink `(H, W)`, 0..1, in pixels: twice its area over the length of its outline.

    A long stroke of width w and length L has area w * L and an outline of about 2 * L. The outline's
    length is the picture's total variation, the sum of the gradient's magnitude over all pixels.  An empty
    picture has width 0.
    """
    framed = np.pad(ink, 1)
    right, down = np.diff(framed, axis=1)[:-1], np.diff(framed, axis=0)[:, :-1]
    outline = float(np.sqrt(right * right + down * down).sum())
    return 2 * float(ink.sum()) / outline if outline > 0 else 0.0


def change_width(ink: Array, amount: float) -> Array:
    """Ink `(H, W)` with strokes thicker (amount > 0) or thinner by `amount` pixels, the same on both sides.

    Pixels of more than one half count as inked; the edges of the result are one pixel soft.  Where lines are
    so thin that most of the ink is fainter, those do that have half as much as the darkest one nearby.
    """
    dark = _inked(ink)
    radius = abs(amount) / 2
    if amount >= 0:
        return np.clip(radius + 1 - _distance(dark, radius + 1), 0, 1)
    return np.clip(_distance(~dark, radius + 1) - radius, 0, 1)


def _inked(ink: Array) -> NDArray[np.bool_]:
    dark = ink > 0.5
    if 2 * dark.sum() >= ink.sum():
        return dark
    darkest = ink
    for axis in (0, 1):
        framed = np.pad(darkest, [(_NEAR, _NEAR) if axis == i else (0, 0) for i in (0, 1)])
        darkest = sliding_window_view(framed, 2 * _NEAR + 1, axis).max(axis=-1)
    return (ink > darkest / 2) & (ink > _FAINTEST)


def _distance(mask: NDArray[np.bool_], limit: float) -> Array:
    """(H, W) distance of every pixel to the nearest one in `mask`, right up to `limit`, more beyond.

    Squared distances are separable: first the nearest in the row, then the best over the rows.
    """
    reach = int(np.ceil(limit))
    squared = np.where(mask, np.float32(0), np.float32(4 * (reach + 1) ** 2))
    for axis in (1, 0):
        nearest = squared.copy()
        for k in range(1, reach + 1):
            ahead, behind = [slice(None)] * 2, [slice(None)] * 2
            ahead[axis], behind[axis] = slice(k, None), slice(None, -k)
            for to, source in ((ahead, behind), (behind, ahead)):
                part = nearest[tuple(to)]
                np.minimum(part, squared[tuple(source)] + np.float32(k * k), out=part)
        squared = nearest
    return np.sqrt(squared)
