"""The picture of a network, alive."""

from __future__ import annotations

from collections.abc import Callable

import param
from panel.custom import JSComponent

from web.components.script import script
from web.words import _


class Network(JSComponent):
    """Input, units, contributions and answer on one canvas; every tile is a button.

    The three values arrive together or alone: `plan` when other units are shown, `pictures` when weights
    changed, `signal` when the input or its answers did. See network.js for what they hold.
    """

    label = param.String(default=_("The network"), doc="name of the figure")
    caption = param.String(doc="what tiles, frames and lines mean, above the figure")
    words = param.String(doc="the picture in words")
    plan = param.Dict(default={}, doc="what is shown: columns, their units, the order of these")
    pictures = param.Dict(default={}, doc="what the units look for")
    signal = param.Dict(default={}, doc="what the input sets off")
    saved = param.Integer(
        default=0, doc="counts up whenever the visitor shall be handed the picture as a PNG"
    )
    pressed = param.List(default=[], doc="column and unit that is looked at closely; empty for none")
    in_sight = param.Boolean(default=True, doc="whether it is on the screen, or nearly")

    _esm = script(__name__)

    def on_pick(self, callback: Callable[[int, int], object]) -> None:
        """Call `callback(stage, unit)` whenever a tile is pressed."""
        self.on_msg(lambda event: callback(int(event.data["stage"]), int(event.data["unit"])))
