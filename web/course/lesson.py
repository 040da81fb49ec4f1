"""One exercise to be read: where it stands in the course, its text, its hints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class LessonPane(JSComponent):
    """The exercise's text and hints, the way to the others; `on_command(command, value)` is called.

    The HTML is what `web.course.exercises` renders from Markdown, in which HTML stays text.
    """

    course = param.String(doc="its title")
    exercises = param.List(default=[], doc="of each its name, its title, whether it is solved")
    current = param.String(doc="name of the one that is open")
    text = param.String(doc="HTML")
    hints = param.List(default=[], doc="HTML of those that are shown")
    left = param.Integer(default=0, doc="hints that are not shown yet")
    solution = param.String(doc="code; empty while it is hidden")
    offered = param.Boolean(default=False, doc="whether the solution may be asked for")

    _esm = script(__name__)

    def __init__(self, on_command: Callable[[str, Any], None], **params: Any) -> None:
        super().__init__(**params)
        self.on_msg(lambda event: on_command(event.data["command"], event.data["value"]))
