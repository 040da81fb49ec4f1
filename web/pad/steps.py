"""How the drawing becomes the network's input: a picture per step, each with a switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import param
from panel.custom import JSComponent

from nncore.preprocess import Prepared, Steps
from nncore.preprocess.strokes import Array
from web.components.script import script
from web.pad.wire import ink_bytes
from web.words import _

_SHOWN = 56  # pixels across at most of a step's picture: what the page shows


class StepPictures(JSComponent):
    """What the network sees, and behind a disclosure how it came about, with a switch per step."""

    seen = param.Dict(default={}, doc="to the page: ink, uint8 (size, size)")
    pictures = param.List(default=[], doc="to the page: name, title, switchable, ink per step, if unfolded")
    steps = param.Dict(default=asdict(Steps()), doc="from the page: which steps are carried out")
    unfolded = param.Boolean(default=False, doc="from the page: whether the steps are on view")

    _esm = script(__name__)

    def __init__(self, on_steps: Callable[[Steps], None], **params: Any) -> None:
        """`on_steps` is called with the new choice when the visitor switches a step."""
        super().__init__(**params)
        self._prepared: Prepared | None = None
        self.param.watch(lambda event: on_steps(Steps(**event.new)), "steps")
        self.param.watch(lambda event: self._show_pictures(), "unfolded")

    def show(self, prepared: Prepared | None) -> None:
        """Show a drawing's way to the network; None for an empty pad."""
        self._prepared = prepared
        self.seen = {} if prepared is None else {"ink": ink_bytes(prepared.image)}
        self._show_pictures()

    def _show_pictures(self) -> None:
        if not self.unfolded:
            return
        pictures = () if self._prepared is None else self._prepared.pictures
        self.pictures = [
            {
                "name": picture.name,
                "title": _(picture.title),
                "switchable": picture.name in self.steps,
                "ink": ink_bytes(_smaller(picture.image)),
            }
            for picture in pictures
        ]


def _smaller(image: Array) -> Array:
    """(H, W) to at most `_SHOWN` pixels across, by leaving out rows and columns."""
    every = -(-max(image.shape) // _SHOWN)
    return image[::every, ::every]
