"""The whole way from a drawing to a network's input, with a picture of every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from nncore.preprocess.formats import DIGITS, FORMATS, Format, Steps
from nncore.preprocess.resample import Box, ink_box, resample
from nncore.preprocess.sources import DETAIL, source_of
from nncore.preprocess.strokes import Array, Stroke, as_strokes
from nncore.text import Text

ALL_STEPS = Steps()


class Picture(NamedTuple):
    """One step's result, `(H, W)` float32 in 0..1; `name` as in `Steps`, 'ink' for the drawing itself."""

    name: str
    title: str
    image: Array
    applied: bool = True


@dataclass(frozen=True)
class Prepared:
    """What the network is given, and how it came about.

    Attributes
    ----------
    image : float32 ndarray of shape (size, size)       0..1; all zero for an empty drawing
    draw_pictures : callable                            makes `pictures`, when somebody wants to see them
    """

    image: Array
    draw_pictures: Callable[[], tuple[Picture, ...]] = field(default=tuple, repr=False)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """One per step in order, the first being the drawing itself; none for an empty drawing."""
        return self.draw_pictures()

    @property
    def empty(self) -> bool:
        """Whether nothing is drawn."""
        return not self.image.any()


#: Strokes (plain dictionaries will do), or ink (H, W) in 0..1.
Drawing = Array | Sequence[Stroke | Mapping[str, Any]]


def prepare(drawing: Drawing, size: int = 28, steps: Steps = ALL_STEPS) -> Prepared:
    """Make a drawing look like the digits that a network was trained on.

    Parameters
    ----------
    drawing : sequence or ndarray
        Strokes (see `Stroke`; plain dictionaries will do), or ink as a float array `(H, W)`, 0 for paper and
        1 for ink.
    size : int          28 for MNIST's way, 8 for that of the UCI digits
    steps : Steps       which steps to carry out

    Raises ValueError if no data set of that size is known, or the ink is not a picture.
    """
    if size not in FORMATS:
        raise ValueError(f"prepare: got size {size}, expected one of {sorted(FORMATS)}")
    form = FORMATS[size]
    source = source_of(_checked(drawing))
    if source is None:
        return Prepared(np.zeros((size, size), dtype=np.float32))

    def draw(thickness: bool) -> Array:
        fine = source.draw(form, steps.box, thickness)
        return to_column(fine, form) if steps.box and form.column else fine

    drawn = draw(steps.thickness)
    reduced = block_counts(drawn) if form is DIGITS else _reduce(drawn, steps.smooth)
    image = centre_of_mass_shift(reduced) if "centre" in form.steps and steps.centre else reduced

    def pictures() -> tuple[Picture, ...]:
        boxed = draw(thickness=False) if steps.thickness else drawn
        first = (
            Picture("ink", "Your drawing", source.picture),
            Picture(
                "box",
                Text("Scaled to {width} × {height}", width=form.column or form.box, height=form.box),
                boxed,
                steps.box,
            ),
            Picture("thickness", "Stroke thickness", drawn, steps.thickness),
        )
        if form is DIGITS:
            return (*first, Picture("blocks", "4 × 4 blocks counted", image))
        return (
            *first,
            Picture("smooth", "Grey edges", reduced, steps.smooth),
            Picture("centre", "Centred by mass", image, steps.centre),
        )

    return Prepared(image, pictures)


def centre_of_mass_shift(image: Array) -> Array:
    """The picture `(H, W)` moved by whole pixels, its centre of mass next to pixel (H // 2, W // 2).

    What leaves the picture is lost; what enters is paper.
    """
    total = float(image.sum())
    if total == 0:
        return image
    for axis in (0, 1):
        length = image.shape[axis]
        mass = image.sum(axis=1 - axis)
        centre = float(mass @ np.arange(length)) / total
        shift = round(length // 2 - centre)
        image = np.roll(image, shift, axis=axis)
        entered = slice(0, shift) if shift >= 0 else slice(shift, None)
        image[(slice(None),) * axis + (entered,)] = 0
    return image


def to_column(fine: Array, form: Format) -> Array:
    """Stretch or squeeze the ink sideways to the format's column, in the middle; same shape, fine grid."""
    box = ink_box(fine, 0.5)
    if box is None:
        return fine
    wanted = min(form.column * DETAIL, box.width * form.widen)
    view = len(fine) * box.width / wanted
    return resample(fine, Box(0, box.left + (box.width - view) / 2, len(fine), view), (len(fine), len(fine)))


def block_counts(drawn: Array) -> Array:
    """Inked pixels of a 32x32 bitmap in each 4x4 block, as shares of 16: `(8, 8)` float32.

    `drawn` is the bitmap on the fine grid, `32 * DETAIL` square.
    """
    bitmap = _reduce(drawn, smooth=False)
    return bitmap.reshape(8, 4, 8, 4).mean(axis=(1, 3), dtype=np.float32)


def _reduce(fine: Array, smooth: bool) -> Array:
    """From the fine grid to the grid: the mean of each pixel's parts, or ink where that exceeds one half."""
    size = len(fine) // DETAIL
    mean = np.einsum("iajb->ij", fine.reshape(size, DETAIL, size, DETAIL)) / np.float32(DETAIL**2)
    return mean if smooth else (mean > 0.5).astype(np.float32)


def _checked(drawing: Drawing) -> Array | list[Stroke]:
    if not isinstance(drawing, np.ndarray):
        return as_strokes(drawing)
    if drawing.ndim != 2 or drawing.size == 0:
        raise ValueError(f"prepare: got ink of shape {drawing.shape}, expected (height, width)")
    ink = drawing.astype(np.float32)
    if not (np.isfinite(ink).all() and ink.min() >= 0 and ink.max() <= 1):
        raise ValueError(
            f"prepare: got ink from {ink.min()} to {ink.max()}, expected 0 (paper) to 1 (ink); "
            "ink_from_image makes ink of a photograph"
        )
    height, width = ink.shape
    side = max(height, width)
    above, before = (side - height) // 2, (side - width) // 2
    return np.pad(ink, ((above, side - height - above), (before, side - width - before)))
