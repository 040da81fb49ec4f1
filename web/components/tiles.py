"""A grid of small pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import param
from panel.custom import JSComponent

from web.components.script import script


class Tiles(JSComponent):
    """Small pictures side by side, each a named button when `pickable`.

    The pictures go to the page as one uint8 array; the page colours them with the theme's tokens.
    """

    content = param.Dict(default={}, doc="pixels (uint8, n x height x width), captions, names, how often set")
    label = param.String(doc="name of the group")
    titled = param.Boolean(default=False, doc="whether the name stands above it")
    scale = param.Selector(default="ink", objects=["ink", "diverging"], doc="see web.insight.pictures")
    ends = param.List(default=[], doc="what the two ends of the scale stand for; empty: no scale is shown")
    size = param.Integer(default=48, doc="width of a picture on the page, in CSS pixels")
    pickable = param.Boolean(default=False, doc="whether the pictures are buttons")
    pressed = param.Integer(default=-1, doc="index of the button shown as pressed, -1 for none")

    _esm = script(__name__)

    def set(
        self, pixels: npt.NDArray[np.uint8], captions: Sequence[str] = (), names: Sequence[str] = ()
    ) -> None:
        """Show `pixels` (n, height, width); `names` are read aloud, `captions` stand below."""
        edition = self.content.get("edition", 0) + 1
        self.content = {
            "pixels": pixels,
            "captions": list(captions),
            "names": list(names),
            "edition": edition,
        }

    def on_pick(self, callback: Callable[[int], object]) -> None:
        """Call `callback(index)` whenever a picture is pressed that is shown still."""

        def pressed(event: Any) -> None:
            if self.visible and event.data["edition"] == self.content.get("edition"):
                callback(int(event.data["index"]))

        self.on_msg(pressed)
