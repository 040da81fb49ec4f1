"""Subscriptions: who hears of what, and in which order."""

from __future__ import annotations

import logging

import pytest

from web.session.hub import Hub


def test_nobody_hears_what_follows_from_a_change_before_the_change() -> None:
    hub, heard = Hub(), []
    hub.subscribe("model", lambda: hub.emit("weights"))
    for topic in ("model", "weights", "state"):
        hub.subscribe(topic, lambda topic=topic: heard.append(topic))
    hub.emit("model", "state")
    assert heard == ["model", "state", "weights"]


def test_who_has_left_hears_nothing_and_who_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    hub, heard = Hub(), []

    def fail() -> None:
        raise ZeroDivisionError

    hub.subscribe("weights", fail)
    leave = hub.subscribe("weights", lambda: heard.append("left"))
    hub.subscribe("weights", lambda: heard.append("stayed"))
    leave()
    with caplog.at_level(logging.ERROR):
        hub.emit("weights")
    assert heard == ["stayed"]
    assert "a subscriber of 'weights' failed" in caplog.text
    with pytest.raises(ValueError, match="got topic 'weigths', expected one of state, progress"):
        hub.subscribe("weigths", fail)  # type: ignore[arg-type]
