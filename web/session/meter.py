"""Measures how fast a run goes and how long it will take."""

from __future__ import annotations

from collections import deque

WINDOW = 2.0  # seconds over which the speed is averaged


class Meter:
    """Fed with the time of every slice of training."""

    def __init__(self) -> None:
        self.seconds = 0.0  # spent in training and testing since the run began
        self._slices: deque[tuple[float, int]] = deque()  # (seconds, training steps)
        self._window_seconds = 0.0
        self._window_steps = 0
        self._testing = 0.0  # seconds, in the test under way
        self._last_test = 0.0  # seconds, the whole of the last test

    def add(self, seconds: float, steps: int, *, testing: bool) -> None:
        """Note a slice that took `seconds`, made `steps` training steps, and ended in a test or not."""
        self.seconds += seconds
        if testing:
            self._testing += seconds
            return
        if self._testing:
            self._last_test, self._testing = self._testing, 0.0
        self._slices.append((seconds, steps))
        self._window_seconds += seconds
        self._window_steps += steps
        while len(self._slices) > 1 and self._window_seconds - self._slices[0][0] > WINDOW:
            old_seconds, old_steps = self._slices.popleft()
            self._window_seconds -= old_seconds
            self._window_steps -= old_steps

    @property
    def speed(self) -> float | None:
        """Training steps a second of late, or None before the first step."""
        return self._window_steps / self._window_seconds if self._window_steps else None

    def left(self, steps: int, tests: int) -> float | None:
        """Seconds that `steps` training steps and `tests` rounds over the test data will take."""
        speed = self.speed
        return None if speed is None else steps / speed + tests * (self._last_test or self._testing)
