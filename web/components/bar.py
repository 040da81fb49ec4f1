"""The page's top bar."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from panel.custom import JSComponent

from web.components.script import script


class Bar(JSComponent):
    """The link to share, the menu of files, help; `on_command(command, value)` tells."""

    _esm = script(__name__)

    def __init__(self, on_command: Callable[[str, Any], None], **params: Any) -> None:
        super().__init__(**params)
        self.on_msg(lambda event: on_command(event.data["command"], event.data["value"]))


def file_contents(files: list[dict[str, str]]) -> dict[str, bytes]:
    """Content by name of the files in a "files" command."""
    return {file["name"]: base64.b64decode(file["base64"]) for file in files}
