"""The drawing, and what the networks make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from nncore.ops import Array
from nncore.preprocess import FORMATS, Prepared, Steps, Stroke, prepare
from web.session.hub import Hub

Answerer = Literal["ready-made", "yours"]
Drawing = Array | Sequence[Stroke]
LIKE_MNIST = 28  # the preparation for image sizes that no known format describes


class Reader(NamedTuple):
    """A network that can be asked: image (h, w) float32 in 0..1 -> probabilities (classes,)."""

    shape: tuple[int, int]
    ask: Callable[[Array], Array]


class Pad:
    """Holds what is drawn, prepares it once per size, and keeps the networks' answers.

    Emits "drawing" when the picture changes and "prediction" when an answer may have.

    Attributes:
        steps: which steps of the preparation are carried out.
        readers: the networks that can be asked; set one with `set_reader`.
        answers: probabilities (classes,) by network; none for an empty pad.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.steps = Steps()
        self.readers: dict[Answerer, Reader] = {}
        self.answers: dict[Answerer, Array] = {}
        self._drawing: Drawing = ()  # as `prepare` takes it
        self._image: Array | None = None  # from a data set: needs no preparation
        self._prepared: dict[tuple[int, int], Prepared] = {}

    @property
    def image(self) -> Array | None:
        """The data set's image (H, W) that is on the pad, if it is one."""
        return self._image

    def draw(self, drawing: Drawing) -> None:
        """Take strokes, or ink (H, W) in 0..1, in place of what was drawn; no strokes clear the pad."""
        self._drawing, self._image = drawing, None
        self._changed()

    def show(self, image: Array) -> None:
        """Take a data set's image (H, W) in 0..1."""
        self._drawing = self._image = image
        self._changed()

    def clear(self) -> None:
        """Put an empty picture on the pad."""
        self.show(np.zeros((LIKE_MNIST, LIKE_MNIST), np.float32))

    def set_steps(self, steps: Steps) -> None:
        """Switch steps of the preparation on or off."""
        self.steps = steps
        self._changed()

    def set_reader(self, answerer: Answerer, reader: Reader) -> None:
        """Take a network into service."""
        self.readers[answerer] = reader
        self.ask(answerer)

    def prepared(self, shape: tuple[int, int]) -> Prepared | None:
        """The drawing as a network for images of `shape` wants it; None if nothing is drawn."""
        if len(self._drawing) == 0:
            return None
        if shape not in self._prepared:
            if self._image is not None and self._image.shape == shape:
                self._prepared[shape] = Prepared(self._image)
            else:
                self._prepared[shape] = prepare_for(shape, self._drawing, self.steps)
        return None if self._prepared[shape].empty else self._prepared[shape]

    def ask(self, *who: Answerer) -> None:
        """Bring the answers of those networks up to date."""
        for answerer in who:
            reader = self.readers.get(answerer)
            prepared = self.prepared(reader.shape) if reader else None
            if reader is None or prepared is None:
                self.answers.pop(answerer, None)
            else:
                self.answers[answerer] = reader.ask(prepared.image)
        self._hub.emit("prediction")

    def _changed(self) -> None:
        self._prepared.clear()
        self._hub.emit("drawing")
        self.ask(*self.readers)


def prepare_for(shape: tuple[int, int], drawing: Drawing, steps: Steps) -> Prepared:
    """A drawing as a network for images of `shape` wants it.

    For people's own data of a shape that no known format describes it is prepared as for MNIST and resized.
    """
    height, width = shape
    if height == width and height in FORMATS:
        return prepare(drawing, height, steps)
    square = prepare(drawing, LIKE_MNIST, steps)
    rows, columns = np.arange(height) * LIKE_MNIST // height, np.arange(width) * LIKE_MNIST // width
    return Prepared(square.image[np.ix_(rows, columns)], square.draw_pictures)
