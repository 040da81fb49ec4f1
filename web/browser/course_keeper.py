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
        self._common: dict[str, str] = {}  # answers that this tab and the file had alike
        self._saver = Saver(self._save)
        self.store = self._saver.store
        # Where nothing was kept, or nothing that can be used, begin anew.
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, CourseError):
            self._course.load_state_dict(json.loads(FILE.read_text("utf-8")))
            self._common = self._course.state_dict()["answers"]
        session.subscribe("course", self._saver.soon)

    @property
    def at_rest(self) -> bool:
        """Whether all that changed has been stored."""
        return self._saver.at_rest

    async def _save(self) -> None:
        async with bridge.alone():
            self._take_over()
            state = self._course.state_dict()
            FILE.parent.mkdir(parents=True, exist_ok=True)
            FILE.write_text(json.dumps(state), "utf-8")
            if await bridge.persist():
                self._common = state["answers"]

    def _take_over(self) -> None:
        """What another tab answered meanwhile."""
        try:
            theirs = {
                str(title): str(text)
                for title, text in json.loads(FILE.read_text("utf-8"))["answers"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return  # it is written anew
        if theirs != self._common:
            self._course.take_over(theirs, self._common)
            self._saver.changed = False  # what that told of is written now
