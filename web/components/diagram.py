"""A network, drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class Diagram(JSComponent):
    """Layers from left to right as a list, each with a sketch of what comes out of it.

    `on_pick(kind)` is called when the name of one is pressed.
    """

    layers = param.List(
        default=[], doc="kind, readable, options, shape (ints), size and parameters in words, formula"
    )
    label = param.String(doc="accessible name of the list")

    _esm = script(__name__)

    def __init__(self, on_pick: Callable[[str], object], **params: Any) -> None:
        super().__init__(**params)
        self.on_msg(lambda event: on_pick(event.data["kind"]))
