"""The slider through a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class ReplaySlider(JSComponent):
    """A slider named "Replay", an animation and a film of it; `on_seek(position)` tells what is wanted."""

    length = param.Integer(default=0, doc="how many moments there are; this position is the present")
    shown = param.Integer(default=0, doc="the moment on show, from 0")
    words = param.String(doc="what moment that is")
    note = param.String(doc="why there is nothing to replay, if so")

    _esm = script(__name__)

    def __init__(self, on_seek: Callable[[int], None], **params: Any) -> None:
        super().__init__(**params)
        self.on_msg(lambda event: on_seek(int(event.data)))
