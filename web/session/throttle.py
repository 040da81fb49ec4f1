"""When to publish: often enough to look alive, seldom enough to leave the time to training."""

from __future__ import annotations

SHARE = 0.3  # of the time that the calls may take
WEIGHT = 0.25  # of the last call in their smoothed cost


class Throttle:
    """Spaces calls by `interval` seconds, and up to `longest` when the calls themselves are slow.

    A slow call among quick ones holds nothing up: what counts is what they take in the long run.
    """

    def __init__(self, interval: float, longest: float = 1.0) -> None:
        self.interval, self.longest = interval, longest
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
        self._cost += (cost - self._cost) * WEIGHT
        self._next = now + min(self.longest, max(self.interval - cost, self._cost * (1 - share) / share))
