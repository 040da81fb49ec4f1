"""What every card has in common: it listens only while it can be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from web.session import Session
from web.session.hub import Topic


class View:
    """A card fed by the session.

    A subclass builds its widgets in `__init__` (after `super().__init__(session)`), names the topics it
    wants, brings itself up to date in `refresh()`, and returns its layout from `__panel__()`. The page
    calls `show()` and `hide()`; a hidden view is not subscribed and does no work.
    """

    topics: ClassVar[tuple[Topic, ...]] = ()

    def __init__(self, session: Session) -> None:
        self.session = session
        self._unsubscribe: list[Callable[[], None]] = []

    def show(self) -> None:
        """Start to listen, and catch up with what happened meanwhile."""
        if not self._unsubscribe:
            self._unsubscribe = [self.session.subscribe(*listener) for listener in self.listeners().items()]
        self.refresh()

    def hide(self) -> None:
        """Stop listening."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        """What to call on which topic; by default `refresh` on each of `topics`."""
        return dict.fromkeys(self.topics, self.refresh)

    def refresh(self) -> None:
        """Bring the widgets up to date with the session."""
        raise NotImplementedError

    def __panel__(self) -> Any:
        """The Panel layout of the card."""
        raise NotImplementedError


MakeView = Callable[[Session], View]
