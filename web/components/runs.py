"""The table of kept runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class RunsTable(JSComponent):
    """One row per run; `on_command(command, id, value)` tells what to do with which."""

    runs = param.List(default=[], doc="id, name, visible, colour, dash, about, epochs, best, time")

    _esm = script(__name__)

    def __init__(self, on_command: Callable[[str, int, Any], None], **params: Any) -> None:
        super().__init__(**params)
        self.on_msg(lambda event: on_command(event.data["command"], event.data["id"], event.data["value"]))
