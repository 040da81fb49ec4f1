"""A table of words and figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class Table(JSComponent):
    """Rows of text under column heads; hidden while there is no row."""

    columns = param.List(default=[], doc="label of each column, and whether it holds figures")
    rows = param.List(default=[], doc="a list of texts for each row")
    curves = param.List(default=[], doc="how the curve of each row is drawn: colour and dash; [] for none")
    strong = param.List(default=[], doc="indices of rows that stand out")

    _esm = script(__name__)

    def __init__(self, words: Sequence[str], figures: Sequence[str] = (), **params: Any) -> None:
        """Heads of the columns: first those of `words`, then those of `figures`, which are aligned right."""
        columns = [{"label": label, "figure": i >= len(words)} for i, label in enumerate([*words, *figures])]
        super().__init__(columns=columns, **params)

    def set(
        self,
        rows: Iterable[Sequence[str]],
        strong: Sequence[int] = (),
        curves: Sequence[Mapping[str, str]] = (),
    ) -> None:
        """Show these rows, each with a sample of its curve if there are `curves`."""
        self.param.update(strong=list(strong), curves=list(curves), rows=[list(row) for row in rows])
