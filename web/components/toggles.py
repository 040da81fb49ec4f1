"""A row of switches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class Toggles(JSComponent):
    """Small labelled switches; `on_change` is called with all of them whenever one is flipped."""

    label = param.String(doc="accessible name of the group")
    options = param.List(default=[], doc="name, label and help of each switch")
    value = param.Dict(default={}, doc="which are on, by name")

    _esm = script(__name__)

    def __init__(self, on_change: Callable[[dict[str, bool]], None], **params: Any) -> None:
        super().__init__(**params)
        self.param.watch(lambda event: on_change(event.new), "value")
