"""Keeps the answers to the course in the browser's storage: apart from the session, for they change often."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from web.browser import bridge
from web.course.exercises import CourseError
from web.session import Session

FILE = bridge.SAVED / "course.json"
TOGETHER = 0.2  # seconds: several changes are stored at once


class CourseKeeper:
    """Brings back what was answered in an earlier visit, and stores what changes."""

    def __init__(self, session: Session) -> None:
        self._course = session.course
        self._changed = False
        self._task: asyncio.Task[None] | None = None
        # Where nothing was kept, or nothing that can be used, begin anew.
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, CourseError):
            self._course.load_state_dict(json.loads(FILE.read_text("utf-8")))
        session.subscribe("course", self._soon)

    @property
    def at_rest(self) -> bool:
        """Whether all that changed has been stored."""
        return self._task is not None and self._task.done()

    async def store(self) -> None:
        """Store at once what changed and is not stored yet."""
        if self._task is not None and not self._task.done():
            await self._write()

    def _soon(self) -> None:
        self._changed = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._save())

    async def _save(self) -> None:
        while self._changed:
            self._changed = False
            await asyncio.sleep(TOGETHER)
            await self._write()

    async def _write(self) -> None:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text(json.dumps(self._course.state_dict()), "utf-8")
        await bridge.persist()
