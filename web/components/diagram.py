"""A network, drawn."""

from __future__ import annotations

import param
from panel.custom import JSComponent

from web.components.script import script


class Diagram(JSComponent):
    """Layers from left to right as a list, each with a sketch of what comes out of it."""

    layers = param.List(default=[], doc="kind, options, shape (ints), size and parameters in words, formula")
    label = param.String(doc="accessible name of the list")

    _esm = script(__name__)
