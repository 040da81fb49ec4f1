"""Which units of a layer are worth seeing, chosen so that the choice holds still."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nncore.ops import Array

KEEP = 1.5  # a unit stays in view while it is among so many times the units that are shown
FIRST, GROWTH = 12, 2.0  # steps until the second ranking; how much longer until each further one


class Ranking:
    """The most telling units, best first.

    Ranked anew ever more seldom, since the network changes ever less: after the first step, the 12th, the
    24th, 48th … A unit that is shown stays until it falls clearly behind.

    Attributes
    ----------
    units : (count,) int, the chosen ones, best first.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._next = 0
        self.units: npt.NDArray[np.intp] = np.zeros(0, np.intp)

    def due(self, step: int) -> bool:
        """Whether it is time to rank anew after `step` training steps."""
        return step >= self._next

    def rank(self, scores: Array, step: int) -> None:
        """Choose by `scores` (units,), larger is more telling; what is not finite counts as nothing."""
        order = np.argsort(-np.nan_to_num(scores, nan=0.0, posinf=0.0, neginf=0.0), kind="stable")
        within = set(order[: int(KEEP * self._count)].tolist())
        kept = [unit for unit in self.units.tolist() if unit in within]
        fresh = [unit for unit in order.tolist() if unit not in set(kept)][: max(0, self._count - len(kept))]
        chosen = set(kept[: self._count] + fresh)
        self.units = np.array([unit for unit in order.tolist() if unit in chosen], np.intp)
        self._next = 1 if step == 0 else FIRST if step < FIRST else int(step * GROWTH)
