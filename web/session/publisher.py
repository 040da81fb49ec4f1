"""News of a run under way: often enough to look alive, seldom enough to leave the time to training."""

from __future__ import annotations

import time

from web.session.hub import Hub, Topic
from web.session.throttle import SHARE, Throttle

IDLE_SHARE = 0.3  # of the time that publishing may take while training is held back anyway


class Publisher:
    """Emits "epoch" (if one ended), "progress" and "weights", each at its own pace."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._throttles: dict[Topic, Throttle] = {
            "epoch": Throttle(0.25),  # a small network has many epochs a second
            "progress": Throttle(0.12),
            "weights": Throttle(0.3),
        }
        self._epoch_ended = False
        self._costs: dict[Topic, tuple[float, float]] = {}  # of the last emissions: when they ended, seconds

    def epoch_ended(self) -> None:
        """Have "epoch" emitted when it is time."""
        self._epoch_ended = True

    def slice_ended(self, pause: float, *, held_back: bool) -> None:
        """Emit what is due; `pause` is how long the page took before the slice."""
        share = IDLE_SHARE if held_back else SHARE
        # What was emitted after the last slice was sent to the page in that pause: it is part of the cost.
        for topic, (ended, cost) in self._costs.items():
            self._throttles[topic].done(ended, cost + pause, share)
        self._costs.clear()
        for topic, throttle in self._throttles.items():
            start = time.perf_counter()
            if throttle.due(start) and self.emit(topic):
                ended = time.perf_counter()
                self._costs[topic] = ended, ended - start

    def all(self) -> None:
        """Emit everything, whatever was emitted a moment ago."""
        for topic in self._throttles:
            self.emit(topic)

    def emit(self, topic: Topic) -> bool:
        """Emit one topic, if there is any news of it; say whether there was."""
        if topic == "epoch":
            if not self._epoch_ended:
                return False
            self._epoch_ended = False
        self._hub.emit(topic)
        return True
