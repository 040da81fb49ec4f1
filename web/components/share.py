"""The panel that makes links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class Share(JSComponent):
    """A dialog: what to show as check boxes with a preview; a link, its QR code, a frame, a card."""

    parts = param.List(default=[], doc="name, words and kind ('card', 'group') of what can be hidden")
    made = param.Dict(
        default={}, doc="hide, embed, link, snippet, card, and qr (uint8, side x side) if it fits"
    )
    opened = param.Integer(default=0, doc="counts up whenever the dialog shall open")

    _esm = script(__name__)

    def __init__(self, on_choice: Callable[[str, list[str], bool], object], **params: Any) -> None:
        """`on_choice(start, hide, embed)` is called when the visitor opens the dialog or changes a choice.

        Links begin with `start`, which ends in "#" or with the language behind it.
        """
        super().__init__(**params)
        self.on_msg(lambda event: on_choice(event.data["start"], event.data["hide"], event.data["embed"]))

    def open(self) -> None:
        """Open the dialog."""
        self.opened += 1
