"""Subscriptions: how the session tells the views that something changed."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Literal, get_args

Topic = Literal[
    "state",  # idle, running, paused, finished, error
    "progress",  # throttled while training: step, loss, speed, new points of the curves
    "epoch",  # an epoch ended and the test data were seen
    "model",  # a new network stands in `session.model`
    "weights",  # throttled while training: time to redraw pictures of the weights
    "drawing",  # the pad's picture changed
    "prediction",  # the answers to the drawing changed
    "data",  # another data set, or loading advanced
    "runs",  # kept runs changed
    "settings",  # the recipe changed
    "hand",  # the visitor's labelled drawings changed
    "replay",  # another moment of the run is on show
    "course",  # the exercise, the answer, or the checker's word on it changed
    "code",  # the visitor's own code, or what came of it, changed
    "race",  # rivals came, went or got further
    "analysis",  # the analysis of the test set advanced or finished
]
TOPICS: tuple[Topic, ...] = get_args(Topic)

Callback = Callable[[], None]
log = logging.getLogger(__name__)


class Hub:
    """Callbacks by topic. They carry no payload: a view reads what it needs from the session."""

    def __init__(self) -> None:
        self._callbacks: dict[Topic, list[Callback]] = {topic: [] for topic in TOPICS}
        self._waiting: deque[Topic] = deque()
        self._telling = False

    def subscribe(self, topic: Topic, callback: Callback) -> Callback:
        """Call `callback` on every `topic`; the returned function ends that."""
        if topic not in self._callbacks:
            raise ValueError(f"Hub: got topic {topic!r}, expected one of {', '.join(TOPICS)}")
        self._callbacks[topic].append(callback)

        def unsubscribe() -> None:
            if callback in self._callbacks[topic]:
                self._callbacks[topic].remove(callback)

        return unsubscribe

    def emit(self, *topics: Topic) -> None:
        """Call the subscribers of each topic in turn. A failing view is logged and never stops training.

        What a subscriber emits is told when all have heard the topic before it: none hears of a change that
        follows from another before that other.
        """
        self._waiting.extend(topics)
        if self._telling:
            return
        self._telling = True
        try:
            while self._waiting:
                self._tell(self._waiting.popleft())
        finally:
            self._telling = False

    def _tell(self, topic: Topic) -> None:
        for callback in tuple(self._callbacks[topic]):
            try:
                callback()
            except Exception:
                log.exception("a subscriber of %r failed", topic)
