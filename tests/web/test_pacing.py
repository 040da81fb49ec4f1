"""How fast a run goes and how long it will take, how often news come, and the line that says so."""

from __future__ import annotations

import pytest

from web.session.meter import WINDOW, Meter
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
    throttle.done(0.0, cost=0.2)  # smoothed: 0.05, of which 5 % of the time may be made up
    assert throttle.left(0.0) == pytest.approx(0.05 * 19)
    throttle.done(0.0, cost=0.2)
    assert throttle.left(0.0) == pytest.approx(0.0875 * 19)
    throttle.done(0.0, cost=0.0875, share=0.5)  # as long between as they take
    assert throttle.left(0.0) == pytest.approx(0.0875)
    throttle.done(0.0, cost=100.0)
    assert throttle.left(0.0) == 8.0


def test_the_interval_counts_from_the_start_of_a_call() -> None:
    throttle = Throttle(0.5)
    throttle.done(1.0, cost=0.02)
    assert throttle.left(1.0) == pytest.approx(0.48)


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
