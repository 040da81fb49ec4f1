"""Training and other long computations go in slices, after each of which the page gets its turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator, Iterator

import pytest

from nncore.errors import DivergenceError
from nncore.events import EpochEvent, Event, FinishedEvent, StepEvent
from tests.web.driving import run, until
from web.session import pace
from web.session.budget import Budget
from web.session.jobs import Jobs
from web.session.loop import Goal, Loop


class Clock:
    """Time that passes only where a test says so."""

    def __init__(self) -> None:
        self.now = 128.0

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", lambda: clock.now)
    return clock


def steps(clock: Clock, count: int, seconds: float = 0.01) -> Iterator[Event]:
    """Two epochs of `count` steps that take that long each."""
    for epoch in (1, 2):
        for step in range(1, count + 1):
            clock.pass_by(seconds)
            yield StepEvent(epoch, step, count, (epoch - 1) * count + step, 1.0, 0.5, 0.1)
        yield EpochEvent(epoch, 1.0, 0.5)
    yield FinishedEvent("epochs")


class Driven:
    """A loop, and all that it told."""

    def __init__(self, clock: Clock, page: float = 0.0) -> None:
        self.taken: list[Event] = []
        self.slices: list[tuple[float, int]] = []
        self.ends: list[Exception | None] = []
        self._clock, self._page = clock, page
        self.loop = Loop(self.taken.append, self._rest, self.ends.append)

    def _rest(self, seconds: float, count: int) -> None:
        self.slices.append((round(seconds, 6), count))
        if self._page:  # the page takes its turn
            asyncio.get_running_loop().call_soon(self._clock.pass_by, self._page)


def test_a_slice_of_training_ends_after_40_ms_and_the_pages_time_counts(clock: Clock) -> None:
    async def scenario() -> None:
        driven = Driven(clock, page=0.1)
        driven.loop.start(steps(clock, 4, 0.015), "finished")
        await until(lambda: bool(driven.ends))
        assert driven.ends == [None]
        assert driven.slices == [(0.045, 3), (0.145, 3), (0.13, 2)]

    run(scenario())


@pytest.mark.parametrize(("goal", "taken"), [("step", 1), ("epoch", 5), ("finished", 11)])
def test_training_stops_at_its_goal(clock: Clock, goal: Goal, taken: int) -> None:
    async def scenario() -> None:
        driven = Driven(clock)
        driven.loop.start(steps(clock, 4), goal)
        await until(lambda: bool(driven.ends))
        assert len(driven.taken) == taken

    run(scenario())


def test_events_that_are_used_up_are_an_end_too(clock: Clock) -> None:
    async def scenario() -> None:
        driven = Driven(clock)
        driven.loop.start(iter(()), "finished")
        await until(lambda: bool(driven.ends))
        assert driven.ends == [None]

    run(scenario())


def test_what_the_trainer_raises_is_the_end(clock: Clock) -> None:
    error = DivergenceError("linear1", 2, float("nan"))

    def fails() -> Iterator[Event]:
        yield next(steps(clock, 4))
        raise error

    async def scenario() -> None:
        driven = Driven(clock)
        driven.loop.start(fails(), "finished")
        await until(lambda: bool(driven.ends))
        assert driven.ends == [error]
        assert len(driven.taken) == 1

    run(scenario())


def test_after_a_stop_or_another_start_the_first_task_draws_nothing_more(clock: Clock) -> None:
    async def scenario() -> None:
        driven = Driven(clock)
        driven.loop.start(steps(clock, 1000), "finished")
        await until(lambda: len(driven.taken) > 0)
        taken = len(driven.taken)
        driven.loop.stop()
        driven.loop.start(steps(clock, 4), "step")
        await until(lambda: bool(driven.ends))
        await asyncio.sleep(0)
        assert len(driven.taken) == taken + 1
        assert driven.ends == [None]

    run(scenario())


def test_training_that_is_watched_waits_between_its_steps(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "CLOSELY", 200.0)

    async def scenario() -> None:
        driven = Driven(clock)
        driven.loop.pace.speed = "closely"
        driven.loop.start(steps(clock, 4, seconds=0.001), "finished")
        await until(lambda: bool(driven.slices))
        assert driven.loop.waiting
        await until(lambda: bool(driven.ends))
        assert [count for _, count in driven.slices] == [1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0]
        driven.loop.pace.speed = "full"
        driven.loop.start(steps(clock, 4), "finished")
        await until(lambda: len(driven.ends) == 2)
        assert not driven.loop.waiting

    run(scenario())


def counted(clock: Clock, closed: list[bool]) -> Generator[int, None, str]:
    """Work that may rest after every four milliseconds."""
    try:
        for count in range(1, 11):
            clock.pass_by(2**-8)
            yield count
    finally:
        closed.append(True)
    return "done"


def test_a_job_rests_every_15_ms_and_tells_how_far_it_is(clock: Clock) -> None:
    async def scenario() -> None:
        jobs, told, results, closed = Jobs(Budget()), [], [], []
        jobs.start("job", counted(clock, closed), results.append, told.append)
        assert jobs.running("job")
        await until(lambda: bool(results))
        assert told == [4, 8]
        assert results == ["done"]
        assert not jobs.running("job")

    run(scenario())


def test_a_newer_job_of_the_name_takes_the_place_of_the_older(clock: Clock) -> None:
    async def scenario() -> None:
        jobs, results, closed = Jobs(Budget()), [], []
        jobs.start("job", counted(clock, closed), lambda _: results.append("older"))
        await asyncio.sleep(0)
        jobs.start("job", counted(clock, closed), lambda _: results.append("newer"))
        jobs.start("other", counted(clock, closed), lambda _: results.append("other"))
        await until(lambda: len(closed) == 3)
        await until(lambda: not jobs.running("job") and not jobs.running("other"))
        assert sorted(results) == ["newer", "other"]
        jobs.cancel("job")  # there is none

    run(scenario())


def test_a_job_that_is_cancelled_when_its_work_is_over_tells_nothing(clock: Clock) -> None:
    """Its result belongs to what there was before: a network that has gone, a question asked anew."""

    async def scenario() -> None:
        jobs, results, closed = Jobs(Budget()), [], []
        jobs.start("job", counted(clock, closed), results.append)
        while not closed:
            await asyncio.sleep(0)
        assert jobs.running("job")
        jobs.cancel("job")
        for _ in range(5):
            await asyncio.sleep(0)
        assert not results

    run(scenario())


def test_what_goes_wrong_in_a_job_is_reported(clock: Clock) -> None:
    def fails() -> Generator[None, None, None]:
        yield
        raise RuntimeError("it went wrong")

    async def scenario() -> None:
        reported: list[str] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda loop, context: reported.append(str(context["exception"]))
        )
        jobs, results = Jobs(Budget()), []
        jobs.start("job", fails(), results.append)
        await until(lambda: bool(reported))
        assert reported == ["it went wrong"]
        assert not results
        assert not jobs.running("job")

    run(scenario())
