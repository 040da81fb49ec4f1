"""Keeps the answers to the course in the browser's storage: apart from the session, for they change often."""

from __future__ import annotations

import json
from contextlib import suppress

from web.browser import bridge
from web.browser.saver import Saver
from web.course.exercises import CourseError
from web.session import Session

FILE = bridge.SAVED / "course.json"


class CourseKeeper:
    """Brings back what was answered in an earlier visit, and stores what changes."""

    def __init__(self, session: Session) -> None:
        self._course = session.course
        self._saver = Saver(self._save)
        self.store = self._saver.store
        # Where nothing was kept, or nothing that can be used, begin anew.
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, CourseError):
            self._course.load_state_dict(json.loads(FILE.read_text("utf-8")))
        session.subscribe("course", self._saver.soon)

    @property
    def at_rest(self) -> bool:
        """Whether all that changed has been stored."""
        return self._saver.at_rest

    async def _save(self) -> None:
        async with bridge.alone():
            FILE.parent.mkdir(parents=True, exist_ok=True)
            FILE.write_text(json.dumps(self._course.state_dict()), "utf-8")
            await bridge.persist()
