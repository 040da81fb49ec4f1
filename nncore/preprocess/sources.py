"""A drawing that can be redrawn at any size: from strokes (exactly) or from a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from nncore.preprocess.formats import Format
from nncore.preprocess.raster import rasterise
from nncore.preprocess.resample import Box, ink_box, resample
from nncore.preprocess.strokes import NEUTRAL_PRESSURE, Array, Stroke, smooth_path
from nncore.preprocess.thickness import change_width, stroke_width

DETAIL = 4  # drawing is done this many times finer than the grid
_PAD_PIXELS = 112  # resolution of the picture of the pad as drawn
_SMALLEST = 0.03  # a drawing smaller than this share of the pad (a dot) is not enlarged further
_FAINT = 0.2  # pixels of a picture with less ink than this do not count for its extent


class PenSource:
    """A drawing as strokes: the redrawn pen line is sharp at any size and as thick as is asked for."""

    def __init__(self, strokes: Sequence[Stroke]) -> None:
        self._strokes = strokes
        pens = [s for s in strokes if not s.erase]
        left = [self._left(s) if len(pens) < len(strokes) else s.points for s in pens]
        points = np.concatenate(left)
        widths = np.repeat([s.width for s in pens], [len(part) for part in left])
        self.empty = len(points) == 0
        if self.empty:
            return
        self._low, self._high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
        self._width = float((widths * (points[:, 2] + 1 - NEUTRAL_PRESSURE)).mean())

    def _left(self, stroke: Stroke) -> Array:
        """The points of what an eraser left of a line: its own if that is all, else along its course."""
        path = smooth_path(stroke.points, 1 / _PAD_PIXELS)
        places = np.clip((path[:, :2] * _PAD_PIXELS).astype(np.intp), 0, _PAD_PIXELS - 1)
        kept = self.picture[places[:, 1], places[:, 0]] > 0.5
        return stroke.points if kept.all() else path[kept]

    @cached_property
    def picture(self) -> Array:
        """The pad as drawn."""
        return rasterise(self._strokes, _PAD_PIXELS)

    def draw(self, form: Format, box: bool, thickness: bool) -> Array:
        """The drawing on a fine grid, float32, `form.grid * DETAIL` square; see `Steps` for the switches."""
        extent = max(float((self._high - self._low).max()), _SMALLEST)
        if not box:
            scale, shift = 1.0, np.zeros(2, dtype=np.float32)
        else:
            side = form.box / form.grid
            scale = (side - form.pen / form.grid) / extent if thickness else side / (extent + self._width)
            shift = 0.5 - scale * (self._low + self._high) / 2
        strokes = [s.moved(scale, shift) for s in self._strokes]
        if thickness:
            thicker = form.pen / form.grid / (scale * self._width)
            strokes = [s if s.erase else replace(s, width=s.width * thicker) for s in strokes]
        return rasterise(strokes, form.grid * DETAIL)


class PictureSource:
    """A drawing as a square picture of ink; its strokes are made thicker or thinner by their outline."""

    def __init__(self, ink: Array, box: Box) -> None:
        self.picture = ink
        self._box = box

    def draw(self, form: Format, box: bool, thickness: bool) -> Array:
        """As `PenSource.draw`; a stroke width that the data set's own digits have is left alone."""
        drawn = self._fit(form, form.box if box else None)
        if not thickness:
            return drawn
        width = stroke_width(drawn) / DETAIL
        change = float(np.clip(width, form.thinnest, form.thickest)) - width
        if change == 0:
            return drawn
        if box:  # fit anew with room for what the change will add, or take away
            longer = max(self._box.height, self._box.width)
            source_width = width * longer / form.box
            core = max(longer - source_width, 0.25 * longer)
            scale = (form.box - width - change) / core
            change = (width + change) - source_width * scale
            drawn = self._fit(form, longer * scale)
        return change_width(drawn, change * DETAIL)

    def _fit(self, form: Format, longer_side: float | None) -> Array:
        """The picture with its ink's longer side scaled to so many grid pixels; None: the whole picture."""
        fine = form.grid * DETAIL
        if longer_side is None:
            return resample(self.picture, Box(0, 0, *self.picture.shape), (fine, fine))
        top, left, height, width = self._box
        view = max(height, width, _SMALLEST * len(self.picture)) * form.grid / longer_side
        return resample(
            self.picture, Box(top + (height - view) / 2, left + (width - view) / 2, view, view), (fine, fine)
        )


def source_of(drawing: Array | Sequence[Stroke]) -> PenSource | PictureSource | None:
    """The drawing as a source; None if there is no ink."""
    if isinstance(drawing, np.ndarray):
        box = ink_box(drawing, _FAINT)
        return None if box is None else PictureSource(drawing, box)
    if all(s.erase for s in drawing):
        return None
    source = PenSource(drawing)
    return None if source.empty else source
