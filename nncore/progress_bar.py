"""Progress bars for the terminal: tqdm's where it is installed, else plain lines."""

from __future__ import annotations

import sys
import time
from typing import Any, TextIO

from nncore.events import EpochEvent, Event, FinishedEvent, StepEvent, TestEvent

try:
    from tqdm import tqdm
except ImportError:  # an optional dependency
    tqdm = None


def describe(event: StepEvent | TestEvent) -> tuple[str, str]:
    """The notebook's words for an event: what is going on, and its figures."""
    if isinstance(event, StepEvent):
        return f"Train epoch:{event.epoch} ", f"loss: {event.loss:.4f}  Acc:{100 * event.accuracy:.2f}%"
    share = 100 * event.correct / event.seen
    return f"Test epoch:{event.epoch} ", f"Acc [{event.correct}/{event.seen} ({share:.2f}%)]"


class Bars:
    """The notebook's two tqdm bars per epoch, `Train epoch` and `Test epoch`.  Call it with every event."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self._bar: Any = None

    def __call__(self, event: Event) -> None:
        if not isinstance(event, StepEvent | TestEvent):
            return
        words, figures = describe(event)
        if self._bar is None:
            self._bar = tqdm(total=event.steps, initial=event.step - 1, desc=words, file=self.file)
        self._bar.set_postfix_str(figures, refresh=False)
        self._bar.update()
        if event.step == event.steps:
            self.close()

    def close(self) -> None:
        """Leave the current bar as it is."""
        if self._bar is not None:
            self._bar.close()
        self._bar = None


class Lines:
    """A line every few seconds, and one per epoch.  Call it with every event."""

    def __init__(self, file: TextIO, seconds: float = 5.0) -> None:
        self.file, self.seconds = file, seconds
        self._last = time.monotonic()

    def __call__(self, event: Event) -> None:
        if isinstance(event, EpochEvent):
            test = "" if event.test_accuracy is None else f"  test accuracy: {100 * event.test_accuracy:.2f}%"
            print(f"Epoch {event.epoch}: loss: {event.train_loss:.4f}{test}", file=self.file, flush=True)
        elif not isinstance(event, FinishedEvent) and time.monotonic() - self._last > self.seconds:
            self._last = time.monotonic()
            words, figures = describe(event)
            print(f"{words}{event.step}/{event.steps}  {figures}", file=self.file, flush=True)

    def close(self) -> None:
        """Nothing to close."""


def progress_bar(file: TextIO | None = None) -> Bars | Lines:
    """What suits `file` (default: stderr): bars in a terminal where tqdm is installed, else lines."""
    file = file or sys.stderr
    return Bars(file) if tqdm is not None and file.isatty() else Lines(file)
