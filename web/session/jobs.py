"""Long computations in slices, so that training and the page stay live beside them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

T = TypeVar("T")
SLICE = 0.015  # seconds of work between two turns of the event loop


class Jobs:
    """Runs generators: each `yield` marks a place where the work may rest."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._background: set[asyncio.Task[None]] = set()  # the event loop itself holds tasks only weakly

    def start(
        self,
        name: str,
        work: Generator[object, None, T],
        done: Callable[[T], object],
        report: Callable[[Any], object] = lambda yielded: None,
    ) -> None:
        """Drive `work` in the background; then `done(result)`, unless it was cancelled.

        After every slice `report` is given what `work` yielded last.
        """

        async def background() -> None:
            result = await self.run(name, work, report)
            if result is not None:
                done(result)

        task = asyncio.get_running_loop().create_task(background())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def run(
        self,
        name: str,
        work: Generator[object, None, T],
        report: Callable[[Any], object] = lambda yielded: None,
    ) -> T | None:
        """Drive `work` to its end and return what it returns, or None if it was cancelled.

        A job of the same name that still runs is cancelled first: the newest question is the one of
        interest.
        """
        self.cancel(name)
        task = asyncio.get_running_loop().create_task(_drive(work, report))
        self._tasks[name] = task
        try:
            await asyncio.wait([task])
            return None if task.cancelled() else task.result()
        finally:
            if self._tasks.get(name) is task:
                del self._tasks[name]

    def cancel(self, name: str) -> None:
        """Stop the job of that name, if it runs."""
        if task := self._tasks.pop(name, None):
            task.cancel()

    def running(self, name: str) -> bool:
        """Whether a job of that name is under way."""
        return name in self._tasks


async def _drive(work: Generator[object, None, T], report: Callable[[Any], object]) -> T:
    try:
        while True:
            rest_at = time.perf_counter() + SLICE
            while True:
                try:
                    yielded = next(work)
                except StopIteration as stop:
                    return stop.value
                if time.perf_counter() >= rest_at:
                    break
            report(yielded)
            await asyncio.sleep(0)
    finally:
        work.close()
