"""When to publish: often enough to look alive, seldom enough to leave the time to training."""

from __future__ import annotations

SHARE = 0.3  # of the time that the calls may take


class Throttle:
    """Spaces calls by `interval` seconds, and up to `longest` when the calls themselves are slow.

    `weight` is the last call's in the smoothed cost: below 1, a slow call among quick ones holds nothing up.
    """

    def __init__(self, interval: float, longest: float = 1.0, weight: float = 0.25) -> None:
        self.interval, self.longest, self.weight = interval, longest, weight
        self._cost = 0.0
        self._next = 0.0

    def due(self, now: float) -> bool:
        """Whether it is time, at `now` seconds."""
        return now >= self._next

    def left(self, now: float) -> float:
        """Seconds from `now` until it is time."""
        return max(0.0, self._next - now)

    def done(self, now: float, cost: float, share: float = SHARE) -> None:
        """Note that a call which took `cost` seconds ended at `now`; it may take that `share` of the time."""
        self._cost += (cost - self._cost) * self.weight
        self._next = now + min(self.longest, max(self.interval - cost, self._cost * (1 - share) / share))
