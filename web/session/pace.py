"""How fast training may go: as fast as it can, or slowly enough to be watched."""

from __future__ import annotations

from typing import Literal

Speed = Literal["closely", "normal", "full"]
SPEEDS: tuple[Speed, ...] = ("closely", "normal", "full")

CLOSELY = 3.0  # steps a second
EPOCH = 3.0  # seconds that an epoch's steps take at least, at normal speed
# Of the time, that the page may take to show it: at full speed speed is what is wanted, else watching.
PAGE: dict[Speed, float] = {"closely": 0.25, "normal": 0.25, "full": 0.04}
CATCH_UP = 0.05  # seconds that a step may be late and the next ones follow the faster


class Pace:
    """Says when the next training step may be made. Nothing is done slowly: what is spared is waiting.

    Attributes
    ----------
    speed : "closely": `CLOSELY` steps a second, each of which can be shown. "normal": an epoch takes
        `EPOCH` seconds at least, longer where the device needs longer. "full": no waiting.
    """

    def __init__(self) -> None:
        self.speed: Speed = "full"
        self._due = 0.0

    def stepped(self, now: float, steps: int) -> None:
        """Note a step made at `now` seconds, of an epoch of `steps`."""
        if self.speed == "closely":
            self._due = now + 1 / CLOSELY
        elif self.speed == "normal":
            self._due = max(self._due, now - CATCH_UP) + EPOCH / max(1, steps)

    def left(self, now: float) -> float:
        """Seconds from `now` until the next step may be made; 0 if that is at once."""
        return 0.0 if self.speed == "full" else max(0.0, self._due - now)

    def forget(self) -> None:
        """Let the next step be made at once, whatever came before."""
        self._due = 0.0
