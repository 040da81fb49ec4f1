"""A form made from descriptions of its fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class Form(JSComponent):
    """One row per field, in groups that can be folded; `on_change(name, text)` tells what was entered."""

    fields = param.List(
        default=[], doc="name, label, help, group, kind, choices, minimum, maximum, log, live"
    )
    values = param.Dict(default={}, doc="text of each field")
    hidden = param.List(default=[], doc="names of fields that do not apply")
    problems = param.Dict(default={}, doc="what is wrong with what was entered, by field")
    first = param.List(
        default=[], doc="names of the fields that stand before the others, which are folded away"
    )
    unfolded = param.List(default=[], doc="groups that are open at first")

    _esm = script(__name__)

    def __init__(self, on_change: Callable[[str, str], None], **params: Any) -> None:
        super().__init__(**params)
        self.on_msg(lambda event: on_change(event.data["name"], event.data["text"]))
