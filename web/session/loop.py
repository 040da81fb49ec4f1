"""The training task: a slice of work, a look at the page, another slice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Literal

from nncore.events import EpochEvent, Event, FinishedEvent, StepEvent
from web.session.pace import Pace

Goal = Literal["finished", "epoch", "step"]

SLICE = 0.04  # seconds of training between two turns of the event loop

_GOALS: dict[Goal, tuple[type, ...]] = {
    "finished": (FinishedEvent,),
    "epoch": (EpochEvent, FinishedEvent),
    "step": (StepEvent, FinishedEvent),
}


class Loop:
    """Draws events from a trainer in one asyncio task, giving way after every slice.

    `take(event)` is called for every event. `rest(seconds, steps)` is called after every slice with the time
    since the last one (what the page did in between counts: it is the speed a visitor gets) and its number of
    training steps. `ended(error)` is called once: with None when the goal is reached, with the exception when
    the trainer raised one. After `stop()` no further event is drawn and `ended` is not called.

    Attributes
    ----------
    pace : holds steps back where training is to be watched.
    waiting : whether it is being held back now.
    seconds : spent in slices or held back between them; the rest of the clock went to other things.
    """

    def __init__(
        self,
        take: Callable[[Event], None],
        rest: Callable[[float, int], None],
        ended: Callable[[Exception | None], None],
    ) -> None:
        self._take = take
        self._rest = rest
        self._ended = ended
        self._task: asyncio.Task[None] | None = None
        self._mark = 0.0
        self.pace = Pace()
        self.waiting = False
        self.seconds = 0.0

    def start(self, events: Iterator[Event], goal: Goal) -> None:
        """Go on with `events` until `goal`; a task under way is replaced."""
        self.stop()
        self.pace.forget()
        self._task = asyncio.get_running_loop().create_task(self._run(events, _GOALS[goal]))

    def stop(self) -> None:
        """Draw no further event."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self, events: Iterator[Event], goals: tuple[type, ...]) -> None:
        error = None
        self._mark = time.perf_counter()
        try:
            while not self._slice(events, goals):
                held_back = self.pace.left(time.perf_counter())
                self.waiting = held_back > 0
                await asyncio.sleep(held_back)
                self.seconds += held_back
        except Exception as caught:
            error = caught
        self._task = None
        self._ended(error)

    def _slice(self, events: Iterator[Event], goals: tuple[type, ...]) -> bool:
        """Train for one slice; say whether the goal was reached."""
        start = time.perf_counter()
        steps, reached = 0, False
        while not reached and time.perf_counter() - start < SLICE:
            event = next(events, None)
            if event is None:
                return True
            if isinstance(event, StepEvent):
                steps += 1
                self.pace.stepped(time.perf_counter(), event.steps)
            reached = isinstance(event, goals)
            self._take(event)
            if self.pace.left(time.perf_counter()):
                break
        now = time.perf_counter()
        elapsed, self._mark = now - self._mark, now
        self.seconds += now - start
        self._rest(elapsed, steps)
        return reached
