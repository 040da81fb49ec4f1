"""The plane of two features: samples, what a network says all over it, and a place to ask about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class Plane(JSComponent):
    """A picture of the plane, on which a place is chosen by pointer or arrow keys: `on_put(x, y)`."""

    label = param.String(doc="name of the picture")
    field = param.Dict(default={}, doc="share of the first class (uint8, h x w, the first row at the top)")
    samples = param.Dict(default={}, doc="points (float32, 2n), labels, and how many of them are learnt from")
    reach = param.Number(default=1.0, doc="the axes go from -reach to reach")
    spot = param.List(default=[], doc="x and y of the chosen place")
    words = param.String(doc="stands below it")

    _esm = script(__name__)

    def __init__(self, on_put: Callable[[float, float], object], **params: Any) -> None:
        super().__init__(**params)
        self.on_msg(lambda event: on_put(float(event.data["x"]), float(event.data["y"])))
