"""Views that take a while to bring up to date."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from web.session import Session
from web.session.hub import Topic
from web.session.paced import Paced
from web.views.view import View


class PacedView(View):
    """A view whose `refresh` takes a while: a topic has it done soon, every `interval` seconds at most."""

    interval: ClassVar[float] = 0.2

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._paced = Paced(session.budget, self.refresh, self.interval)

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return dict.fromkeys(self.topics, self._paced.ask)

    def hide(self) -> None:
        super().hide()
        self._paced.cancel()
