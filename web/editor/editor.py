"""The editor: Python with colours, indentation and completion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class CodeEditor(JSComponent):
    """A textbox named "Code"; what is typed is told to Python soon after, at the latest when the box is left.

    Python's `text` takes the place of what is in the box when `revision` rises; undo brings that back.
    """

    kept = param.String(doc="under which name the browser itself keeps what is typed, at once; empty: not")
    text = param.String(doc="from Python; until `revision` rises, for a browser that kept nothing")
    revision = param.Integer(default=0, doc="rises whenever `text` is to be shown")
    marks = param.List(default=[], doc="lines with a fault: dicts of line (from 1) and message")
    names = param.List(default=[], doc="what completion offers: dicts of label and detail")

    _esm = script(__name__)

    def __init__(self, edited: Callable[[str], object], run: Callable[[], object], **params: Any) -> None:
        """`edited(text)` is called when something was typed, `run()` on Ctrl+Enter."""
        super().__init__(**params)
        self._edited, self._run = edited, run
        self.on_msg(lambda event: self._take(event.data))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("run"):
            self._run()
        elif message["revision"] == self.revision:  # else it was typed into a text that has gone since
            self._edited(message["text"])

    def show(self, text: str) -> None:
        """Put `text` in the box."""
        self.param.update(text=text, revision=self.revision + 1)
