"""The top bar: files, link, help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from web.components.bar import Bar, file_contents
from web.session import Session
from web.share.files import Files
from web.views.view import View


class BarView(View):
    """Saving, loading and sharing."""

    def __init__(
        self,
        session: Session,
        share: Callable[[], None],
        picture: Callable[[], None],
        help: Callable[[], None],
    ) -> None:
        super().__init__(session)
        files = Files(session)
        self._commands: dict[str, Callable[[Any], object]] = {
            "share": lambda _: share(),
            "save_model": lambda _: files.save_model(),
            "save_history": lambda _: files.save_history(),
            "save_picture": lambda _: picture(),
            "save_script": lambda _: files.save_script(),
            "files": lambda chosen: files.take(file_contents(chosen)),
            "help": lambda _: help(),
        }
        self._bar = Bar(self._command, sizing_mode="stretch_width")

    def refresh(self) -> None:
        """Nothing in it depends on the session."""

    def _command(self, command: str, value: Any) -> None:
        self._commands[command](value)

    def __panel__(self) -> Bar:
        return self._bar
