"""A guided tour over the page."""

from __future__ import annotations

import param
from panel.custom import JSComponent

from web.components.script import script


class Tour(JSComponent):
    """Says card by card what is where; skippable, driven by buttons or keys."""

    steps = param.List(default=[], doc="place (data-area of a card), title and text of each stop")
    begun = param.Integer(default=0, doc="counts up whenever the tour shall begin")

    _esm = script(__name__)

    def begin(self) -> None:
        """Begin now, whether or not it was seen before."""
        self.begun += 1
