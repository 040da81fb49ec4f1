"""Samples as points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class Scatter(JSComponent):
    """A point for each sample, coloured by its class, that glides to where it is put next.

    `on_choose` is called with the indices inside a loop that the visitor drew, or of a class.
    """

    label = param.String(doc="name of the figure")
    words = param.String(doc="stands above it")
    samples = param.Dict(default={}, doc="labels, names of the classes, pictures (uint8, n x h x w)")
    places = param.Dict(default={}, doc="points (float32, n x 2), predicted, and the limit of the axes")
    glides = param.Boolean(
        default=True, doc="whether points glide to new places, instead of being there at once"
    )
    drawing = param.List(default=[], doc="place of the drawing, [] for none")
    chosen = param.Integer(default=-1, doc="the class that stands out, -1 for none")
    in_sight = param.Boolean(default=True, doc="whether it is on the screen, or nearly")

    _esm = script(__name__)

    def __init__(
        self,
        on_loop: Callable[[list[int]], object],
        on_class: Callable[[int], object],
        on_pick: Callable[[int], object],
        **params: Any,
    ) -> None:
        """Calls with the indices in a loop drawn by the visitor, a class, or the index of one sample."""
        super().__init__(**params)
        commands: dict[str, Callable[[Any], object]] = {
            "inside": on_loop,
            "label": on_class,
            "picked": on_pick,
        }
        self.on_msg(lambda event: [commands[name](value) for name, value in event.data.items()])
