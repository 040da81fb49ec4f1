"""Work that is asked for more often than it need be done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from web.session.budget import Budget
from web.session.throttle import SHARE, Throttle

URGENT_SHARE = 0.2  # of the budget, that urgent work may take
URGENT_LONGEST = 0.5  # seconds that it may have to wait


class Paced:
    """Calls `work` soon after it was asked for, once for many requests, and every `interval` seconds at most.

    Slow work is done less often still, and while the network trains it waits for its turn in the `budget`;
    `urgent` work does not wait, but is paid for from it too.
    """

    def __init__(
        self, budget: Budget, work: Callable[[], object], interval: float, *, urgent: bool = False
    ) -> None:
        self._budget = budget
        self._work = work
        self._urgent = urgent
        self._turn = budget.do if urgent else budget.ask
        self._throttle = Throttle(interval, URGENT_LONGEST) if urgent else Throttle(interval)
        self._handle: asyncio.TimerHandle | None = None

    @property
    def asked(self) -> bool:
        """Whether there is something to do."""
        return self._handle is not None

    def ask(self) -> None:
        """Have the work done."""
        if self._handle is None:
            loop = asyncio.get_running_loop()
            left = self._throttle.left(loop.time())
            self._handle = handle = loop.call_later(left, lambda: self._turn(lambda: self._run(handle)))

    def cancel(self) -> None:
        """Leave undone what was asked for."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _run(self, handle: asyncio.TimerHandle) -> None:
        if self._handle is not handle:  # cancelled while it waited for its turn
            return
        self._handle = None
        loop = asyncio.get_running_loop()
        start = loop.time()
        self._work()
        now = loop.time()
        spared = self._urgent and self._budget.share < 1
        self._throttle.done(now, now - start, URGENT_SHARE * self._budget.share if spared else SHARE)
