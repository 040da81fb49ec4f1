"""What is done with an answer, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class CheckPane(JSComponent):
    """Commands below the editor, and a status region named "Check"; `on_command(command)` is called."""

    verdict = param.String(doc="'right', 'wrong', or empty")
    text = param.String(doc="what to say about it, plain text in which `code` is marked")
    checking = param.Boolean(default=False)
    last = param.Boolean(default=False, doc="whether no exercise follows")
    network = param.Boolean(default=False, doc="whether there is a network to be trained")
    source = param.String(doc="a stranger's exercises, to be read before anything runs; else empty")

    _esm = script(__name__)

    def __init__(self, on_command: Callable[[str], None], **params: Any) -> None:
        super().__init__(**params)
        self.on_msg(lambda event: on_command(event.data["command"]))
