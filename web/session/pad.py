"""The drawing, and what the networks make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from nncore.preprocess import FORMATS, Prepared, Steps, prepare

Answerer = Literal["ready-made", "yours"]
Drawing = npt.NDArray[np.floating] | Sequence[Mapping[str, Any]]


class Pad:
    """Holds what is drawn and prepares it for a network of any known input size, once per drawing."""

    def __init__(self) -> None:
        self.steps = Steps()
        self.label: int | None = None  # what the picture is, if it came from the data set
        self._drawing: Drawing = []
        self._image: npt.NDArray[np.float32] | None = None  # from a data set: needs no preparation
        self._prepared: dict[int, Prepared] = {}

    @property
    def drawing(self) -> Drawing:
        """The strokes or the ink, as `prepare` takes them."""
        return self._drawing

    def draw(self, drawing: Drawing) -> None:
        """Take strokes, or ink (H, W) in 0..1, in place of what was drawn; empty clears the pad."""
        self._drawing, self._image, self.label = drawing, None, None
        self._prepared.clear()

    def show(self, image: npt.NDArray[np.float32], label: int | None) -> None:
        """Take a data set's image (H, W) in 0..1."""
        self._drawing, self._image, self.label = image, image, label
        self._prepared.clear()

    def set_steps(self, steps: Steps) -> None:
        """Switch preparation steps on or off."""
        self.steps = steps
        self._prepared.clear()

    def prepared(self, size: int) -> Prepared | None:
        """The drawing as a network with `size` pixels a side wants it; None if nothing is drawn.

        Sizes of people's own data, which no known format describes, are prepared as MNIST's and scaled by
        nearest neighbours.
        """
        if len(self._drawing) == 0:
            return None
        if size not in self._prepared:
            self._prepared[size] = self._prepare(size)
        return None if self._prepared[size].empty else self._prepared[size]

    def _prepare(self, size: int) -> Prepared:
        if self._image is not None and self._image.shape == (size, size):
            return Prepared(self._image)
        if size in FORMATS:
            return prepare(self._drawing, size, self.steps)
        like_mnist = prepare(self._drawing, 28, self.steps)
        picks = np.arange(size) * 28 // size
        return Prepared(like_mnist.image[np.ix_(picks, picks)], like_mnist.pictures)
