"""The drawing, and what the networks make of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from nncore.ops import Array
from nncore.preprocess import FORMATS, Drawing, Prepared, Steps, prepare, rasterise
from web.session.hub import Hub
from web.words import _

Answerer = Literal["ready-made", "yours"]
LIKE_MNIST = 28  # the preparation for image sizes that no known format describes
KEPT_ACROSS = 224  # pixels a side of the ink that strokes are kept as

NO_NUMBERS = _("its output is no number any more (NaN), since its weights grew beyond all bounds. Reset it.")


class Reader(NamedTuple):
    """A network that can be asked.

    Attributes
    ----------
    shape : (h, w) of the images it takes.
    ask : image (h, w) float32 in 0..1 -> probabilities (classes,).
    version : tells of which version its weights are now.
    """

    shape: tuple[int, int]
    ask: Callable[[Array], Array]
    version: Callable[[], int] = lambda: 0


class Answer(NamedTuple):
    """What one version of a network said of one drawing.

    Attributes
    ----------
    probabilities : (classes,), or None if the network cannot answer.
    problem : why it cannot; "" if it did.
    prepared : the drawing as it was asked about it.
    version : of its weights.
    """

    probabilities: Array | None
    problem: str
    prepared: Prepared
    version: int


class Pad:
    """Holds what is drawn, prepares it once per size, and keeps the networks' answers.

    Emits "drawing" when the picture changes and "prediction" when an answer has.

    Attributes
    ----------
    steps : which steps of the preparation are carried out.
    readers : the networks that can be asked; set one with `set_reader`.
    answerer : the network whose answer counts.
    answers : by network; none for an empty pad.
    example : whether what is on the pad is an example, to be replaced by what the visitor draws.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        for topic in ("progress", "weights"):
            hub.subscribe(topic, lambda: self.ask("yours"))
        self.steps = Steps()
        self.answerer: Answerer = "ready-made"
        self.readers: dict[Answerer, Reader] = {}
        self.answers: dict[Answerer, Answer] = {}
        self.example = False
        self._drawing: Drawing = ()  # as `prepare` takes it
        self._image: Array | None = None  # from a data set: needs no preparation
        self._prepared: dict[tuple[int, int], Prepared] = {}

    @property
    def image(self) -> Array | None:
        """The data set's image (H, W) that is on the pad, if it is one."""
        return self._image

    @property
    def ink(self) -> Array | None:
        """What is on the pad as one picture (H, W) in 0..1, which `show` takes; None if that is nothing."""
        if isinstance(self._drawing, np.ndarray):
            return self._drawing
        return rasterise(self._drawing, KEPT_ACROSS) if self._drawing else None

    def draw(self, drawing: Drawing) -> None:
        """Take strokes, or ink (H, W) in 0..1, in place of what was drawn; no strokes clear the pad."""
        self._drawing, self._image, self.example = drawing, None, False
        self._changed()

    def show(self, image: Array, *, example: bool = False) -> None:
        """Take a picture (H, W) in 0..1; one of a data set's size is taken as it is."""
        self._drawing = self._image = image
        self.example = example
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

    def remove_reader(self, answerer: Answerer) -> None:
        """Take a network out of service."""
        self.readers.pop(answerer, None)
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

    def set_answerer(self, answerer: Answerer) -> None:
        """Let this network's answer count."""
        self.answerer = answerer
        self._hub.emit("prediction")

    def answer(self, answerer: Answerer) -> Array | None:
        """The probabilities (classes,) that a network gives; None where there are none."""
        found = self.answers.get(answerer)
        return found.probabilities if found else None

    def ask(self, *who: Answerer) -> None:
        """Bring the answers of those networks up to date."""
        changed = False
        for answerer in who:
            reader = self.readers.get(answerer)
            prepared = self.prepared(reader.shape) if reader else None
            if reader is None or prepared is None:
                changed |= self.answers.pop(answerer, None) is not None
            elif self._is_stale(self.answers.get(answerer), prepared, reader.version()):
                self.answers[answerer] = _ask(reader, prepared)
                changed = True
        if changed:
            self._hub.emit("prediction")

    @staticmethod
    def _is_stale(answer: Answer | None, prepared: Prepared, version: int) -> bool:
        return answer is None or answer.prepared is not prepared or answer.version != version

    def _changed(self) -> None:
        self._prepared.clear()
        self._hub.emit("drawing")
        self.ask(*self.readers)


def _ask(reader: Reader, prepared: Prepared) -> Answer:
    """The answer, whatever happens: one network's failure is no reason for the others to be silent."""
    version = reader.version()
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # told below, in words
            probabilities = reader.ask(prepared.image)
    except Exception as error:
        return Answer(None, _("it could not answer: {error}", error=error), prepared, version)
    if not np.isfinite(probabilities).all():
        return Answer(None, NO_NUMBERS, prepared, version)
    return Answer(probabilities, "", prepared, version)


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
