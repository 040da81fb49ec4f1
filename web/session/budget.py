"""What training leaves to the page: one budget of time for all that shows how it goes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

Work = Callable[[], object]
LONGEST = 2.0  # seconds without any work, whatever is owed


class Budget:
    """Does work in the order in which it is asked for, each as soon as the work before it is paid for.

    Work leaves a debt: the time it took, and the time its messages to the page take. Time pays off `share` of
    itself. So all work together takes no more than that share, however much of it there is; but something is
    done every `LONGEST` seconds, since the page would look dead.

    Attributes
    ----------
    share : of the time that the work may take; 1 where nothing need be spared, and all is done at once.
    """

    def __init__(self) -> None:
        self.share = 1.0
        self._debt = 0.0  # seconds
        self._silence = 0.0  # seconds since the last work of the queue
        self._waiting: deque[Work] = deque()

    def ask(self, work: Work) -> None:
        """Have `work` done, at once if nothing is owed."""
        self._waiting.append(work)
        self._go_on()

    async def turn(self) -> None:
        """Wait until work may be done that says itself, by `spend`, how long it took."""
        turn = asyncio.Event()
        self.ask(turn.set)
        await turn.wait()

    def spend(self, seconds: float) -> None:
        """Note that work took so long."""
        if self.share < 1:
            self._debt = min(self._debt + seconds, LONGEST * self.share)

    def allow(self, share: float) -> None:
        """Let the work take another share of the time from now on."""
        self.share = share
        if share == 1:
            self._debt = 0.0
        self._go_on()

    def passed(self, seconds: float) -> None:
        """Note that time went by, whatever it was used for."""
        self._debt = max(0.0, self._debt - seconds * self.share)
        self._silence += seconds
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting and (not self._debt or self._silence >= LONGEST):
            self._silence = 0.0
            self.do(self._waiting.popleft())

    def do(self, work: Work) -> None:
        """Do `work` at once, whatever is owed."""
        # What the work changes is sent to the page in a turn of the event loop between `begin` and `end`.
        loop = asyncio.get_running_loop()
        sent_from = 0.0

        def begin() -> None:
            nonlocal sent_from
            sent_from = loop.time()

        def end() -> None:
            self.spend(loop.time() - sent_from)

        loop.call_soon(begin)
        start = loop.time()
        try:
            work()
        finally:
            self.spend(loop.time() - start)
            loop.call_soon(end)
