"""Work that is asked for more often than it need be done, and the views that draw so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from web.session import Session
from web.session.hub import Topic
from web.session.throttle import Throttle
from web.views.view import View

TRAINING, RESTING = 0.02, 0.3  # shares of the time that the work may take


class Paced:
    """Calls `work` soon after it was asked for, once for many requests, and every `interval` seconds at most.

    While the network trains slow work is done less often still: the time belongs to training.
    """

    def __init__(self, session: Session, work: Callable[[], object], interval: float) -> None:
        self._session = session
        self._work = work
        self._throttle = Throttle(interval)
        self._handle: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Have the work done."""
        if self._handle is None:
            loop = asyncio.get_running_loop()
            self._handle = loop.call_later(self._throttle.left(loop.time()), self._run)

    def cancel(self) -> None:
        """Leave undone what was asked for."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _run(self) -> None:
        self._handle = None
        loop = asyncio.get_running_loop()
        start = loop.time()
        self._work()
        now = loop.time()
        training = self._session.training
        busy = training.state == "running" and not training.held_back
        self._throttle.done(now, now - start, TRAINING if busy else RESTING)


class PacedView(View):
    """A view whose `refresh` takes a while: a topic has it done soon, every `interval` seconds at most."""

    interval: ClassVar[float] = 0.2

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._paced = Paced(session, self.refresh, self.interval)

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return dict.fromkeys(self.topics, self._paced.ask)

    def hide(self) -> None:
        super().hide()
        self._paced.cancel()
