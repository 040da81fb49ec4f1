"""Drives a session in a test, where no page does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

from nncore.data import Dataset, load_digits
from nncore.recipe import Recipe
from web.session import Session

T = TypeVar("T")
SMALL = Recipe(hidden=(16,), epochs=2, lr=0.5)
#: An activation of the visitor's own.
SQUARE = """
class Square(Module):
    is_activation = True

    def forward(self, x):
        self.x = x
        return 0.1 * x * x

    def backward_input(self, grad_output):
        return grad_output * 0.2 * self.x
"""
PATIENCE = 20.0  # seconds until a test gives up waiting


def run(scenario: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine to its end."""
    asyncio.run(asyncio.wait_for(scenario, PATIENCE))


async def until(condition: Callable[[], bool]) -> None:
    """Let the session work until `condition()` holds."""
    while not condition():
        await asyncio.sleep(0)


async def rest(session: Session) -> None:
    """Let the session train until it rests."""
    await until(lambda: session.training.state != "running")


async def ran(session: Session, text: str) -> None:
    """Let the session run code of the visitor's own."""
    session.code.edit(text)
    session.code.run()
    await until(lambda: session.code.state != "running")


def finish(work: Generator[object, None, T]) -> T:
    """The result of a job, done at once."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return stop.value


class Watch:
    """Counts what a session emits, by topic."""

    def __init__(self, session: Session, *topics: Any) -> None:
        self.heard: list[str] = []
        for topic in topics:
            session.subscribe(topic, lambda topic=topic: self.heard.append(topic))


class Shelf:
    """A source of data sets that hands "mnist" out when it is told to."""

    def __init__(self, data: tuple[Dataset, Dataset] | None = None, error: Exception | None = None) -> None:
        self.names = ("digits", "mnist")
        self.gate = asyncio.Event()
        self._data, self._error = data or load_digits(), error

    async def load(self, name: str, report: Callable[[float], None]) -> tuple[Dataset, Dataset]:
        report(0.5)
        await self.gate.wait()
        if self._error:
            raise self._error
        return self._data
