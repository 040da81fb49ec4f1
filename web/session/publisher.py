"""News of a run under way: often enough to look alive, seldom enough to leave the time to training."""

from __future__ import annotations

from functools import partial

from web.session.budget import Budget
from web.session.hub import Hub, Topic
from web.session.paced import Paced


class Publisher:
    """Emits "epoch" (if one ended), "progress" and "weights", each at its own pace."""

    def __init__(self, hub: Hub, budget: Budget) -> None:
        self._hub = hub

        def news(topic: Topic, interval: float, *, urgent: bool = False) -> Paced:
            return Paced(budget, partial(hub.emit, topic), interval, urgent=urgent)

        self._news: dict[Topic, Paced] = {
            "epoch": news("epoch", 0.25),  # a small network has many epochs a second
            "progress": news("progress", 0.12, urgent=True),  # figures that stand still look dead
            "weights": news("weights", 0.3),
        }

    def epoch_ended(self) -> None:
        """Have "epoch" emitted when it is time."""
        self._news["epoch"].ask()

    def slice_ended(self) -> None:
        """Have the others emitted when it is time."""
        self._news["progress"].ask()
        self._news["weights"].ask()

    def all(self) -> None:
        """Emit all that is news, whatever was emitted a moment ago."""
        for topic, news in self._news.items():
            if topic != "epoch" or news.asked:
                news.cancel()
                self._hub.emit(topic)
