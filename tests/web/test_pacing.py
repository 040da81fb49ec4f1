"""How fast a run goes and how long it will take, how often news come, and the line that says so."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Generator

import pytest

from nncore.data import load_digits
from nncore.events import EpochEvent, FinishedEvent, StepEvent, TestEvent
from nncore.recipe import Recipe
from tests.web.driving import run, until
from web.browser.ration import Ration
from web.session.budget import LONGEST, Budget
from web.session.experiment import Experiment
from web.session.hub import Hub
from web.session.jobs import PATIENT_SLICE, Jobs
from web.session.meter import WINDOW, Meter
from web.session.paced import Paced
from web.session.publisher import Publisher
from web.session.run_status import RunStatus, duration
from web.session.throttle import Throttle


def test_news_keep_their_distance() -> None:
    throttle = Throttle(0.5)
    assert throttle.due(0.0)
    throttle.done(10.0, cost=0.0)
    assert not throttle.due(10.4)
    assert throttle.left(10.4) == pytest.approx(0.1)
    assert throttle.due(10.5)
    assert throttle.due(10.6)
    assert throttle.left(10.6) == 0


def test_slow_news_wait_longer_but_not_for_ever() -> None:
    throttle = Throttle(0.1, longest=8.0)
    throttle.done(0.0, cost=0.2, share=0.05)  # smoothed: 0.05, of which 5 % of the time may be made up
    assert throttle.left(0.0) == pytest.approx(0.05 * 19)
    throttle.done(0.0, cost=0.2, share=0.05)
    assert throttle.left(0.0) == pytest.approx(0.0875 * 19)
    throttle.done(0.0, cost=0.0875, share=0.5)  # as long between as they take
    assert throttle.left(0.0) == pytest.approx(0.0875)
    throttle.done(0.0, cost=100.0)
    assert throttle.left(0.0) == 8.0


def test_a_run_is_saved_soon_and_all_savings_take_their_share_of_it_from_its_first_minute_on() -> None:
    ration, cost, now, saved = Ration(3.0, share=0.02), 0.1, 100.0, [100.0]
    ration.begin(now)
    while now < 160:
        if ration.due(now):
            saved.append(now)
            now += cost
            ration.done(now, cost)
        now += 0.01
    assert saved[1] == pytest.approx(103, abs=0.1)
    later = [now - 100 for now in saved[2:]]
    assert later == pytest.approx([10, 15, 20, 25, 30, 35, 40, 45, 50, 55], abs=0.2)
    cheap = Ration(3.0, share=0.02)
    cheap.begin(0.0)
    cheap.done(3.0, 0.01)
    assert not cheap.due(5.9)
    assert cheap.due(6.0)
    cheap.done(6.0, 100.0)
    assert not cheap.due(65.9)
    assert cheap.due(66.0)


def test_the_interval_counts_from_the_start_of_a_call() -> None:
    throttle = Throttle(0.5)
    throttle.done(1.0, cost=0.02)
    assert throttle.left(1.0) == pytest.approx(0.48)


def test_many_requests_are_one_piece_of_work() -> None:
    async def scenario() -> None:
        done: list[int] = []
        paced = Paced(Budget(), lambda: done.append(1), 0.001)
        for _ in range(50):
            paced.ask()
        await until(lambda: bool(done))
        assert done == [1]
        paced.ask()
        paced.cancel()
        assert done == [1]

    run(scenario())


def test_work_waits_until_what_came_before_it_is_paid_for() -> None:
    async def scenario() -> None:
        budget = Budget()
        done: list[str] = []

        def work(name: str) -> None:
            done.append(name)
            time.sleep(0.01)

        budget.allow(0.1)
        for name in "abc":
            budget.ask(lambda name=name: work(name))
        assert done == ["a"]
        budget.passed(0.05)  # half of it is paid
        assert done == ["a"]
        budget.passed(0.5)
        assert done == ["a", "b"]
        budget.allow(1.0)  # training rests
        assert done == ["a", "b", "c"]

    run(scenario())


def test_paced_work_waits_for_its_turn_unless_it_is_urgent() -> None:
    async def scenario() -> None:
        budget, done = Budget(), []
        budget.allow(0.1)
        budget.spend(1.0)
        Paced(budget, lambda: done.append("patient"), 0.01).ask()
        await asyncio.sleep(0.01)
        Paced(budget, lambda: done.append("urgent"), 0.01, urgent=True).ask()
        await until(lambda: bool(done))
        assert done == ["urgent"]

    run(scenario())


def test_messages_that_work_leaves_are_paid_for_too() -> None:
    async def scenario() -> None:
        budget, done = Budget(), []
        budget.allow(0.1)
        budget.ask(lambda: asyncio.get_running_loop().call_soon(time.sleep, 0.02))
        for _ in range(3):
            await asyncio.sleep(0)
        budget.ask(lambda: done.append(1))
        budget.passed(0.1)
        assert not done
        budget.passed(0.5)
        assert done

    run(scenario())


def test_a_patient_job_takes_no_more_than_its_share() -> None:
    async def scenario() -> None:
        budget, results = Budget(), []

        def work() -> Generator[None, None, str]:
            for _ in range(4):
                time.sleep(PATIENT_SLICE)
                yield
            return "done"

        budget.allow(0.5)
        Jobs(budget).start("job", work(), results.append, patient=True)
        turns = 0
        while not results:
            await asyncio.sleep(0)
            turns += 1
            budget.passed(PATIENT_SLICE / 2)  # paid off after four such turns
            assert turns < 50
        assert turns > 4 * 3
        assert results == ["done"]

    run(scenario())


def test_speed_is_that_of_the_last_seconds() -> None:
    meter = Meter()
    assert meter.speed is None
    assert meter.left(10, 1) is None
    for _ in range(20):
        meter.add(0.5, 5, testing=False)  # ten a second
    for _ in range(int(WINDOW / 0.25) + 1):
        meter.add(0.25, 10, testing=False)  # forty
    assert meter.speed == pytest.approx(40, rel=0.01)
    assert meter.seconds == pytest.approx(12.25)
    assert meter.left(80, 0) == pytest.approx(2, rel=0.01)


def test_what_is_left_counts_the_tests_by_the_last_whole_one() -> None:
    meter = Meter()
    meter.add(1.0, 10, testing=False)
    meter.add(0.25, 0, testing=True)
    assert meter.speed == 10
    assert meter.left(10, 2) == pytest.approx(1 + 2 * 0.25)  # the one under way, so far
    meter.add(0.5, 0, testing=True)
    meter.add(1.0, 10, testing=False)
    meter.add(0.1, 0, testing=True)
    assert meter.left(10, 2) == pytest.approx(1 + 2 * 0.75)
    assert meter.seconds == pytest.approx(2.85)
    for _ in range(2):
        meter.add(1.0, 10, testing=False)
    assert meter.left(10, 2) == pytest.approx(1 + 2 * 0.1)  # that was the whole of it


def test_a_run_foretells_the_steps_and_tests_that_are_left() -> None:
    run = Experiment(
        Recipe(hidden=(4,), epochs=2, batch_size=100), *load_digits()
    )  # an epoch has fifteen steps
    events = iter(run.events)

    def go(kind: type, seconds: float, steps: int) -> None:
        while not isinstance(event := next(events), kind):
            run.take(event)
        run.take(event)
        run.rest(seconds, steps)

    assert run.status.seconds_left is None
    go(StepEvent, 0.5, 1)
    assert (run.status.speed, run.status.seconds, run.status.seconds_left) == (2.0, 0.5, 29 / 2)
    go(TestEvent, 0.25, 0)
    assert run.status.testing
    assert run.status.parts[1] == ("test step", f"1/{run.status.steps}")
    assert run.status.seconds_left == pytest.approx(15 / 2 + 2 * 0.25)
    go(EpochEvent, 0.0, 0)
    assert not run.status.testing
    assert run.status.fraction == 1
    assert run.status.seconds_left == pytest.approx(15 / 2 + 0.25)
    go(EpochEvent, 0.0, 0)
    go(FinishedEvent, 0.0, 0)
    assert run.status.seconds_left is None
    assert run.epochs_behind == 2


def test_the_line_tells_what_is_known() -> None:
    assert RunStatus().parts == []
    assert RunStatus().fraction == 0
    started = RunStatus(epoch=1, epochs=3, step=5, steps=20)
    assert started.parts == [("epoch", "1/3"), ("step", "5/20")]
    assert started.fraction == 0.25
    under_way = RunStatus(
        2, 3, 4, 8, 0.5, 0.876, test_accuracy=0.91234, speed=9.96, seconds_left=65.2, testing=True
    )
    assert under_way.parts == [
        ("epoch", "2/3"),
        ("test step", "4/8"),
        ("loss", "0.5000"),
        ("accuracy", "87.6%"),
        ("test", "91.23%"),
        ("speed", "10.0 steps/s"),
        ("left", "1:05"),
    ]
    assert ("speed", "10 steps/s") in RunStatus(epoch=1, speed=10.0).parts


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (8.4, "8 s"),
        (59.4, "59 s"),
        (60, "1:00"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (7390, "2:03:10"),
    ],
)
def test_durations_are_said_as_a_person_would(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_each_kind_of_news_has_its_own_distance() -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        hub, heard = Hub(), []
        for topic in ("epoch", "progress", "weights"):
            hub.subscribe(topic, lambda topic=topic: heard.append((topic, loop.time())))
        publisher = Publisher(hub, Budget())
        publisher.slice_ended()
        await until(lambda: len(heard) == 2)
        assert {topic for topic, _ in heard} == {"progress", "weights"}, "no epoch has ended"

        def times(name: str) -> list[float]:
            return [at for topic, at in heard if topic == name]

        while min(len(times(topic)) for topic in ("epoch", "progress", "weights")) < 3:
            publisher.epoch_ended()
            publisher.slice_ended()
            await asyncio.sleep(0.005)
        for name, distance in (("progress", 0.12), ("weights", 0.3), ("epoch", 0.25)):
            gaps = [later - earlier for earlier, later in itertools.pairwise(times(name))]
            assert min(gaps) > distance - 0.02, name  # what a call takes counts
        publisher.epoch_ended()
        heard.clear()
        publisher.all()
        assert [topic for topic, _ in heard] == ["epoch", "progress", "weights"]
        heard.clear()
        publisher.all()
        assert [topic for topic, _ in heard] == ["progress", "weights"], "the epoch was told"

    run(scenario())


def test_figures_do_not_wait_for_pictures() -> None:
    async def scenario() -> None:
        hub, budget, heard = Hub(), Budget(), []
        hub.subscribe("progress", lambda: heard.append("progress"))
        hub.subscribe("weights", lambda: heard.append("weights"))
        publisher = Publisher(hub, budget)
        budget.allow(0.05)
        budget.spend(10.0)
        publisher.slice_ended()
        await until(lambda: bool(heard))
        await asyncio.sleep(0.02)
        assert heard == ["progress"]
        budget.passed(LONGEST)
        assert heard == ["progress", "weights"]

    run(scenario())
