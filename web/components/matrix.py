"""A confusion matrix to press cells of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class MatrixTable(JSComponent):
    """A table of counts with a button in each cell; recall, F1 and precision stand at its edges."""

    content = param.Dict(default={}, doc="see web.insight.mistakes.matrix")
    pressed = param.List(default=[-1, -1], doc="row and column of the cell shown as pressed")

    _esm = script(__name__)

    def __init__(self, on_pick: Callable[[int, int], object], **params: Any) -> None:
        """`on_pick(row, column)` is called whenever a cell is pressed."""
        super().__init__(**params)
        self.on_msg(lambda event: on_pick(*map(int, event.data)))
