"""The weights of a run at many moments of it, in bounded memory: what a replay shows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from math import inf, sqrt
from typing import Any, NamedTuple

import numpy.typing as npt

from nncore import ops
from nncore.module import Module
from nncore.ops import Array

BUDGET = 64_000_000  # bytes for all moments together
MOST = 128  # moments, however small the network is
FEWEST = 8  # a network that leaves no room for so many is not recorded: that would be no replay
FINEST = 0.5  # first distance between two moments, in roots of steps


class Moment(NamedTuple):
    """The network after `step` training steps, `epoch` (fractional) epochs into the run; see `Experiment`."""

    step: int
    epoch: float
    version: int
    state: dict[str, npt.NDArray[Any]]

    @property
    def bytes(self) -> int:
        """What it takes."""
        return sum(array.nbytes for array in self.state.values())

    def fits(self, model: Module) -> bool:
        """Whether these are weights of such a network."""
        shapes = {name: array.shape for name, array in model.state_dict().items()}
        return {name: array.shape for name, array in self.state.items()} == shapes


class Recorder:
    """Keeps moments at equal distances in the root of the step: a network changes most at first.

    When the room is used up, every second moment is given up and the distance doubles; the first stays.
    A moment holds weights as float16 (half a thousandth of their size is lost), which makes room for twice as
    many; vectors, such as biases, stay as they are.

    Attributes
    ----------
    key : tells the moments of this run from those of any other.
    """

    def __init__(self, budget: int = BUDGET, key: str = "") -> None:
        self.key = key or os.urandom(8).hex()
        self._budget = budget
        self._moments: list[Moment] = []
        self._distance = FINEST
        self._capacity = MOST

    def recall(self, moments: Iterable[Moment]) -> None:
        """Take back earlier moments of this run, in any order, and go on at about their distance."""
        first = self[0].step if self._moments else inf
        earlier = sorted((m for m in moments if m.step < first), key=lambda moment: moment.step)
        if earlier:
            self._moments = earlier + self._moments
            span = sqrt(self[-1].step) - sqrt(self[0].step)
            self._distance = max(FINEST, span / max(1, len(self) - 1))

    @property
    def bytes(self) -> int:
        """What all moments take."""
        return sum(moment.bytes for moment in self)

    def __len__(self) -> int:
        return len(self._moments)

    def __getitem__(self, index: int) -> Moment:
        return self._moments[index]

    def __iter__(self) -> Iterator[Moment]:
        return iter(self._moments)

    @property
    def too_large(self) -> bool:
        """Whether the network leaves no room for a replay."""
        return self._capacity < FEWEST

    def offer(self, step: int, epoch: float, version: int, model: Module) -> bool:
        """Record the network as it is now, if it is time; say whether that was done."""
        if self._moments and sqrt(step) - sqrt(self._moments[-1].step) < self._distance:
            return False
        if self.too_large:
            return False
        if not self._moments:
            size = sum(parameter.data.size for parameter in model.parameters()) * 2
            self._capacity = min(MOST, self._budget // max(1, size))
            if self.too_large:
                return False
        state = {name: _packed(array) for name, array in model.state_dict().items()}
        self._moments.append(Moment(step, epoch, version, state))
        if len(self._moments) > self._capacity:
            self._moments = self._moments[::2]
            self._distance *= 2
        return True

    def restore(self, index: int, model: Module) -> None:
        """Give `model`, built as the recorded one, the weights of moment `index`."""
        model.load_state_dict(self._moments[index].state)


def _packed(array: Array) -> npt.NDArray[Any]:
    """A weight matrix or kernel as float16 where its numbers fit, anything else as it is."""
    half = ops.backend().half(array) if array.ndim > 1 else None
    return array if half is None else half
