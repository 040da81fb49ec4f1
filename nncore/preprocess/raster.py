"""Strokes to pixels: anti-aliased, with round pens whose width follows the pressure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nncore.preprocess.strokes import NEUTRAL_PRESSURE, Array, Stroke, as_strokes, smooth_path

_STEP = 1.5  # pixels between the sampled points of a stroke: shorter adds cost, longer shows corners
_NUMBERS = 1 << 20  # pixels that are compared with pieces of a stroke at once; bounds the memory


def rasterise(strokes: Sequence[Stroke | Mapping[str, Any]], size: int, below: Array | None = None) -> Array:
    """Ink `(size, size)` float32, 0..1, of strokes in their order; eraser strokes take away what lies below.

    A pixel's ink is the pen radius less the pixel centre's distance to the stroke, plus one half,
    clipped to 0..1: the share of the pixel that a straight edge covers, nearly.

    Parameters
    ----------
    strokes : sequence      `Stroke` objects or the pad's plain dictionaries, in pad units (0..1 across)
    size : int              pixels across
    below : ndarray of shape (size, size), optional
        Ink that is already there, float32.
    """
    ink: Array = np.zeros((size, size), dtype=np.float32) if below is None else below
    for stroke in as_strokes(strokes):
        cover = _cover(stroke, size)
        ink = ink * (1 - cover) if stroke.erase else np.maximum(ink, cover)
    return ink


def _cover(stroke: Stroke, size: int) -> Array:
    """(size, size) share of each pixel that the stroke covers."""
    path = smooth_path(stroke.points * np.array([size, size, 1], dtype=np.float32), _STEP)
    radius = stroke.width * size / 2 * (1 - NEUTRAL_PRESSURE + path[:, 2])
    # Each piece of the path is compared only with the pixels of a small window around it.
    reach = int(np.ceil(radius.max() + _STEP / 2 + 1))
    start, end = path[:-1], path[1:]
    if len(path) == 1:
        start = end = path
    corner = np.floor((start + end)[:, :2] / 2).astype(np.intp) - reach
    inside = ((corner > -2 * reach - 1) & (corner < size)).all(axis=1)
    if not inside.any():
        return np.zeros((size, size), dtype=np.float32)
    start, end, corner = start[inside], end[inside], corner[inside]
    radius = stroke.width * size / 2 * (1 - NEUTRAL_PRESSURE + (start + end)[:, 2] / 2)

    window = 2 * reach + 1
    if window > size:  # then each piece is compared with the whole grid
        window, corner = size, np.zeros_like(corner)
    # A margin as wide as a window takes what falls outside the grid.
    margin, offsets = window, np.arange(window)
    wide = size + 2 * margin
    grid = np.zeros(wide * wide, dtype=np.float32)
    from_start = corner - start[:, :2] + np.float32(0.5)
    first = (corner[:, 1] + margin) * wide + corner[:, 0] + margin
    most = max(1, _NUMBERS // window**2)
    for part in (slice(i, i + most) for i in range(0, len(start), most)):
        x = (from_start[part, 0, None] + offsets).astype(np.float32)[:, None, :]
        y = (from_start[part, 1, None] + offsets).astype(np.float32)[:, :, None]
        dx, dy = (end - start)[part].T[:2, :, None, None]
        along = np.clip((x * dx + y * dy) / np.maximum(dx * dx + dy * dy, np.float32(1e-12)), 0, 1)
        distance = np.sqrt((x - along * dx) ** 2 + (y - along * dy) ** 2)
        cover = np.clip(radius[part, None, None] + np.float32(0.5) - distance, 0, 1)
        index = first[part, None, None] + offsets[:, None] * wide + offsets
        np.maximum.at(grid, index.ravel(), cover.ravel())
    return grid.reshape(wide, wide)[margin:-margin, margin:-margin]
