"""The visitor's own labelled drawings, to teach the network with."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from nncore.data import Dataset
from nncore.preprocess import Prepared, Steps
from web.session.hub import Hub
from web.session.pad import prepare_for

MOST = 200  # drawings
KEPT_BACK = 4  # every so manieth drawing is not taught, but tells whether teaching helps with new ones


class Drawn(NamedTuple):
    """One drawing.

    Attributes
    ----------
    ink : (H, W) uint8, the drawing itself, of which images for any data set can be made; 255 is ink.
    label : the class it is meant to be.
    """

    ink: npt.NDArray[np.uint8]
    label: int


class Hand:
    """The drawings, oldest first; emits "hand" when they change."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._drawn: list[Drawn] = []

    def __len__(self) -> int:
        return len(self._drawn)

    def __iter__(self) -> Iterator[Drawn]:
        return iter(self._drawn)

    @property
    def kept_back(self) -> list[bool]:
        """Which drawings are for checking alone."""
        return [i % KEPT_BACK == KEPT_BACK - 1 for i in range(len(self))]

    def add(self, prepared: Prepared, label: int) -> None:
        """Collect a drawing; beyond `MOST` the oldest goes."""
        pictures = prepared.pictures
        ink = pictures[0].image if pictures else prepared.image
        self._set([*self._drawn, Drawn(np.rint(255 * np.clip(ink, 0, 1)).astype(np.uint8), label)][-MOST:])

    def delete(self, index: int) -> None:
        """Take one away."""
        self._set([*self._drawn[:index], *self._drawn[index + 1 :]])

    def clear(self) -> None:
        """Take all away."""
        self._set([])

    def datasets(self, like: Dataset) -> Generator[float, None, tuple[Dataset, Dataset]]:
        """The drawings as images of the same kind as `like`, to teach and to check with.

        A job, since each takes some milliseconds. Drawings of a class that `like` does not have are left out.
        """
        parts: dict[bool, list[tuple[npt.NDArray[np.floating], int]]] = {False: [], True: []}
        for (ink, label), kept_back in zip(self._drawn, self.kept_back, strict=True):
            if label < like.num_classes:
                image = prepare_for(
                    like.image_shape, (ink / np.float32(255)).astype(np.float32), Steps()
                ).image
                parts[kept_back].append((image, label))
            yield 0.0
        return _dataset(parts[False], like), _dataset(parts[True], like)

    def state_dict(self) -> dict[str, npt.NDArray[Any]]:
        """Everything as arrays: the labels, and the drawings by number."""
        labels = np.array([drawn.label for drawn in self._drawn], np.int64)
        return {"labels": labels} | {str(i): drawn.ink for i, drawn in enumerate(self._drawn)}

    def load_state_dict(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """What `state_dict` returned takes the place of the drawings."""
        self._set([Drawn(state[str(i)], int(label)) for i, label in enumerate(state["labels"])])

    def _set(self, drawn: list[Drawn]) -> None:
        self._drawn = drawn
        self._hub.emit("hand")


def _dataset(drawn: list[tuple[npt.NDArray[np.floating], int]], like: Dataset) -> Dataset:
    images = np.reshape([image for image, _ in drawn], (-1, *like.image_shape)) * like.max_value
    labels = np.array([label for _, label in drawn], np.int64)
    if like.samples.dtype.kind == "f":
        return Dataset(images.astype(np.float32), labels, "hand", like.num_classes)
    return Dataset(np.rint(images).astype(np.uint8), labels, "hand", like.num_classes, like.max_value)
