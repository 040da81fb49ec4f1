"""How the digits of each data set were made: the facts that preprocessing reproduces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Steps:
    """Which preprocessing steps are carried out; each can be switched off to see what it is for.

    Attributes
    ----------
    box : bool          crop to the ink and scale it to the data set's box, keeping its proportions; off: the
                        whole pad is scaled, so that size and place matter
    thickness : bool    bring the strokes to the data set's thickness; off: as thick as drawn
    smooth : bool       anti-aliasing; off: each pixel is ink or paper, by its centre
    centre : bool       move the centre of mass to the middle; off: the box is in the middle
    """

    box: bool = True
    thickness: bool = True
    smooth: bool = True
    centre: bool = True


@dataclass(frozen=True)
class Format:
    """One data set's way of making a digit.

    Attributes
    ----------
    size : int                      pixels across of the network's input
    grid : int                      pixels across of the picture in which the digit is placed
    box : int                       the longer side of a digit's ink, in pixels of `grid`
    pen : float                     stroke width for a drawing that comes as strokes, in pixels of `grid`
    thinnest, thickest : float      widths that a drawing that comes as a picture may keep
    steps : tuple of str            names of the `Steps` that mean something here
    column : int                    width in pixels of `grid` to which an upright digit's ink is brought
                                    afterwards; 0 leaves the proportions as they are
    widen : float                   at most so many times wider than drawn
    """

    size: int
    grid: int
    box: int
    pen: float
    thinnest: float
    thickest: float
    steps: tuple[str, ...]
    column: int = 0
    widen: float = 1.0


#: MNIST (LeCun, Cortes, Burges): digits scaled into 20x20 with anti-aliasing, then placed in 28x28 by
#: centre of mass. Widths: 5th, 50th and 95th percentile of `stroke_width` over the training images.
MNIST = Format(
    28, 28, 20, pen=2.5, thinnest=1.8, thickest=3.8, steps=("box", "thickness", "smooth", "centre")
)

#: UCI optical digits (Alpaydin, Kaynak): 32x32 bitmaps, of which 4x4 blocks are counted into 8x8. Every one
#: of them is 32 high, and nearly all fill the same columns, whatever their proportions were; column and pen
#: were chosen so that drawings have the data's mean ink in each column.
DIGITS = Format(
    8, 32, 32, pen=5.2, thinnest=3.9, thickest=7.8, steps=("box", "thickness"), column=20, widen=1.5
)

FORMATS = {form.size: form for form in (MNIST, DIGITS)}
