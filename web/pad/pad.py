"""The sketch pad: strokes and pictures that the visitor draws, or that the page puts there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from nncore.preprocess import Drawing
from nncore.preprocess.strokes import Array
from web.components.script import script
from web.pad.wire import drawing_from, ink_bytes, picture_from


class SketchPad(JSComponent):
    """A square to draw on with pen, finger, mouse or keyboard, with undo, clear, eraser and brush width.

    The page paints strokes at once by itself. Python is sent the whole drawing each time, at most once
    per animation frame and never before the one before was dealt with: `answered` says so.
    """

    drawing = param.Dict(default={}, doc="from the page: id, picture (id or None) and strokes")
    brought = param.Dict(default={}, doc="from the page: a picture's id, grey (base64), height, width")
    answered = param.String(doc="id of the drawing last dealt with")
    noun = param.String(default="a digit", doc="what is to be drawn, with its article")
    picture = param.Dict(default={}, doc="to the page: id, ink (uint8, h x w), whether a stroke replaces it")

    _esm = script(__name__)

    def __init__(self, on_draw: Callable[[Drawing], None], **params: Any) -> None:
        """`on_draw` is called with what is on the pad whenever the visitor has changed it."""
        super().__init__(**params)
        self._on_draw = on_draw
        self._below: Array | None = None
        self._shown = 0
        self.param.watch(self._drawn, "drawing")
        self.param.watch(self._brought, "brought")

    def show(self, ink: Array, *, example: bool = False) -> None:
        """Put a picture on the cleared pad, (H, W) float32 with 1 for ink; does not call `on_draw`.

        An `example` goes as soon as something is drawn.
        """
        self._below = ink
        self._shown += 1
        self.picture = {"id": self._shown, "ink": ink_bytes(ink), "example": example}

    def _drawn(self, event: param.parameterized.Event) -> None:
        kept = event.new["picture"] is not None and event.new["picture"] == self._shown
        try:
            self._on_draw(drawing_from(event.new, self._below if kept else None))
        finally:
            self.answered = event.new["id"]

    def _brought(self, event: param.parameterized.Event) -> None:
        ink = picture_from(event.new)
        self.show(ink)
        self._on_draw(ink)
