"""A row of tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class Tabs(JSComponent):
    """Names side by side, one of them active; `on_change(name)` tells when another one is chosen."""

    tabs = param.List(default=[], doc="the names")
    active = param.String(doc="the chosen one")
    label = param.String(doc="accessible name of the row")

    _esm = script(__name__)

    def __init__(self, on_change: Callable[[str], None], **params: Any) -> None:
        super().__init__(**params)
        self.param.watch(lambda event: on_change(event.new), "active")
