"""The page's top bar."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class Bar(JSComponent):
    """Choice of data and preset, the menu of files, the link to share; `on_command(command, value)` tells."""

    datasets = param.List(default=[], doc="pairs of a name and words for it")
    dataset = param.String(doc="the one in use")
    presets = param.List(default=[], doc="pairs of a name and words for it")
    preset = param.String(doc="the one in use, or what stands for none")
    news = param.String(doc="what is going on: loading, or why that failed")
    alarm = param.Boolean(default=False, doc="whether the news are bad")

    _esm = script(__name__)

    def __init__(self, on_command: Callable[[str, Any], None], **params: Any) -> None:
        super().__init__(**params)
        self.on_msg(lambda event: on_command(event.data["command"], event.data["value"]))


def file_contents(files: list[dict[str, str]]) -> dict[str, bytes]:
    """Content by name of the files in a "files" command."""
    return {file["name"]: base64.b64decode(file["base64"]) for file in files}
