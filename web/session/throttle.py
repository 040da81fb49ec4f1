"""When to publish: often enough to look alive, seldom enough to leave the time to training."""

from __future__ import annotations

SHARE = 0.08  # of the elapsed time that publishing one topic may take


class Throttle:
    """Spaces calls by `interval` seconds, and further when the calls themselves are slow."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self._next = 0.0

    def due(self, now: float) -> bool:
        """Whether it is time, at `now` seconds."""
        return now >= self._next

    def done(self, now: float, cost: float) -> None:
        """Note that a call which took `cost` seconds ended at `now`."""
        self._next = now + max(self.interval - cost, cost * (1 - SHARE) / SHARE)

    def reset(self) -> None:
        """Make the next call due at once."""
        self._next = 0.0
