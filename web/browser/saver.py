"""When to save what changes: soon, several changes at once, one saving at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

TOGETHER = 0.2  # seconds: what changes within this time of each other is saved at once


class Saver:
    """Calls `save` soon after `soon`, and again if anything changes while it saves.

    Parameters
    ----------
    save : writes what there is now
    due : asked every moment with whether nothing changed in it: is it time to save?

    Attributes
    ----------
    changed : bool      whether there is something to save; `save` may clear it for what it takes along
    """

    def __init__(self, save: Callable[[], Awaitable[None]], due: Callable[[bool], bool] = bool) -> None:
        self._save, self._due = save, due
        self.changed = False
        self._task: asyncio.Task[None] | None = None

    @property
    def at_rest(self) -> bool:
        """Whether all that changed has been saved."""
        return self._task is not None and self._task.done()

    def soon(self) -> None:
        """Something changed."""
        self.changed = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def store(self) -> None:
        """Save at once what changed and is not saved yet."""
        if self._task is not None and not self._task.done():
            await self._save()

    async def _run(self) -> None:
        while self.changed:  # also what changes while the browser is storing
            await self._until_due()
            await self._save()

    async def _until_due(self) -> None:
        due = False
        while not due:
            self.changed = False
            await asyncio.sleep(TOGETHER)
            due = self._due(not self.changed)
        self.changed = False
