"""A table of words and figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script


class Table(JSComponent):
    """Rows of text under column heads; hidden while there is no row."""

    columns = param.List(default=[], doc="label of each column, and whether it holds figures")
    rows = param.List(default=[], doc="a list of texts for each row")
    strong = param.List(default=[], doc="indices of rows that stand out")

    _esm = script(__name__)

    def __init__(self, words: Sequence[str], figures: Sequence[str] = (), **params: Any) -> None:
        """Heads of the columns: first those of `words`, then those of `figures`, which are aligned right."""
        columns = [{"label": label, "figure": i >= len(words)} for i, label in enumerate([*words, *figures])]
        super().__init__(columns=columns, **params)

    def set(self, rows: Iterable[Sequence[str]], strong: Sequence[int] = ()) -> None:
        """Show these rows."""
        self.param.update(strong=list(strong), rows=[list(row) for row in rows])
