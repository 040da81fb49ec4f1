"""When a run under way may be saved: soon and often, and all its savings together take little of its time."""

from __future__ import annotations

LONGEST = 60.0  # seconds between two savings, however much they cost


class Ration:
    """Spaces a run's savings by `interval` seconds, and further where they would take more than `share`.

    That is of the time since the run began, and the saving to come counts with those that were: the
    run's first minute costs no more than any other.
    """

    def __init__(self, interval: float, share: float) -> None:
        self._interval, self._share = interval, share
        self.begin(0.0)

    def begin(self, now: float) -> None:
        """A run begins, at `now` seconds."""
        self._began, self._spent = now, 0.0
        self._next = now + self._interval

    def due(self, now: float) -> bool:
        """Whether it is time, at `now` seconds."""
        return now >= self._next

    def done(self, now: float, cost: float) -> None:
        """Note that a saving ended at `now` which kept the run from going on for `cost` seconds."""
        self._spent += cost
        affordable = self._began + (self._spent + cost) / self._share
        self._next = max(now + self._interval - cost, min(now + LONGEST, affordable))
