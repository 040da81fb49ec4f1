"""Long computations in slices, so that training and the page stay live beside them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar

from web.session.budget import Budget

T = TypeVar("T")
SLICE = 0.015  # seconds of work between two turns of the event loop
PATIENT_SLICE = 0.05  # seconds, where the work waits for its turn in the budget


class Jobs:
    """Runs generators: each `yield` marks a place where the work may rest.

    Attributes
    ----------
    keep : stores what is to outlive Python; awaited before work that may never come back.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.keep: Callable[[], Awaitable[object]] | None = None
        self._tasks: dict[str, asyncio.Task[Any]] = {}

    def start(
        self,
        name: str,
        work: Generator[object, None, T],
        done: Callable[[T], object],
        report: Callable[[Any], object] = lambda yielded: None,
        *,
        before: Callable[[], Awaitable[object]] | None = None,
        patient: bool = False,
        risky: bool = False,
    ) -> None:
        """Drive `work` in the background; then `done(result)`, unless it was cancelled.

        A job of the same name that still runs is cancelled first: the newest question is the one of
        interest. `before` is awaited first. After every slice `report` is given what `work` yielded last.
        `patient` work, which nobody asked for, takes the time that training leaves. Of `risky` work, which
        may never come to its next `yield`, Python may have to be ended and started again by the page.
        """

        def finished(task: asyncio.Task[T]) -> None:
            if self._tasks.get(name) is not task:
                return  # cancelled, if only when its work was over
            del self._tasks[name]
            if not task.cancelled():
                done(task.result())  # what went wrong in it is raised here, and reported by the event loop

        self.cancel(name)
        driven = self._drive(work, report, before, patient, risky)
        self._tasks[name] = asyncio.get_running_loop().create_task(driven)
        self._tasks[name].add_done_callback(finished)

    def cancel(self, name: str) -> None:
        """Stop the job of that name, if it runs."""
        if task := self._tasks.pop(name, None):
            task.cancel()

    def running(self, name: str) -> bool:
        """Whether a job of that name is under way."""
        return name in self._tasks

    async def _drive(
        self,
        work: Generator[object, None, T],
        report: Callable[[Any], object],
        before: Callable[[], Awaitable[object]] | None,
        patient: bool,
        risky: bool,
    ) -> T:
        try:
            if before:
                await before()
            if risky and self.keep:
                await self.keep()
            while True:
                if patient:
                    await self._budget.turn()
                start = time.perf_counter()
                try:
                    yielded = _slice(work, start + (PATIENT_SLICE if patient else SLICE))
                except StopIteration as stop:
                    return stop.value
                finally:
                    if patient:
                        self._budget.spend(time.perf_counter() - start)
                report(yielded)
                await asyncio.sleep(0)
        finally:
            work.close()


def _slice(work: Generator[object, None, T], end: float) -> object:
    """Work until `end`; what was yielded last. Raises StopIteration, with the result, when all is done."""
    while True:
        yielded = next(work)
        if time.perf_counter() >= end:
            return yielded
