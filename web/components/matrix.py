"""A confusion matrix to press cells of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param
from panel.custom import JSComponent

from web.components.source import source


class MatrixTable(JSComponent):
    """A table of counts with a button in each cell; recall, F1 and precision stand at its edges."""

    content = param.Dict(default={}, doc="classes, counts, recall, precision, f1, accuracy")
    pressed = param.List(default=[-1, -1], doc="row and column of the cell shown as pressed")
    picked = param.List(default=[-1, -1, 0], doc="row and column last pressed, and how many presses there were")

    _esm = source("roving.js", "matrix.js")

    def set(self, content: dict[str, Any]) -> None:
        """Show `content`, see `web.insight.mistakes.table`."""
        self.content = content

    def on_pick(self, callback: Callable[[int, int], None]) -> None:
        """Call `callback(row, column)` whenever a cell is pressed."""
        self.param.watch(lambda event: callback(int(event.new[0]), int(event.new[1])), "picked")
