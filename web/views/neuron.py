"""One neuron's arithmetic for the present drawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from web.components.note import Note
from web.components.table import Table
from web.components.tiles import Tiles
from web.components.toolbar import Toolbar, number, select
from web.insight.neuron import Working, layers_with_units, work_out
from web.insight.nouns import draw_first
from web.insight.pictures import diverging
from web.session import Session
from web.session.hub import Topic
from web.views.layout import column, wrapping
from web.views.paced import PacedView
from web.words import _

NO_UNITS = _("No layer of this network has units that add up weighted inputs: there is no sum to work out.")
EMPTY = _("Draw {noun}, and the sum is worked out here, term by term.")


class NeuronView(PacedView):
    """Input times weight, the largest products first; the sum, and what the activation makes of it."""

    topics = ("prediction",)

    def __init__(self, session: Session, *, chosen: bool = False) -> None:
        """`chosen`: the neuron is chosen elsewhere, by `look_at`."""
        super().__init__(session)
        self._layer: int | None = None  # None: the last one
        self._unit: int | None = None  # None: the answer's
        self._about = Note(title=_("One neuron, worked out"), sizing_mode="stretch_width")
        self._bar = Toolbar({"layer": self._choose_layer, "unit": self._choose_unit}, label=_("Which neuron"))
        self._table = Table([_("From")], [_("Input"), _("× Weight"), _("= Product")])
        self._tiles = Tiles(label=_("Inputs, weights and products"), scale="diverging", size=96)
        self._parts = wrapping(self._table, self._tiles)
        self._layout = column(self._about, *([] if chosen else [self._bar]), self._parts)

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return super().listeners() | {"model": self._rebuilt}

    def look_at(self, layer: int, unit: int) -> None:
        """Work out this neuron from now on."""
        self._layer, self._unit = layer, unit

    def _rebuilt(self) -> None:
        self._layer = self._unit = None
        self._paced.ask()

    def _choose_layer(self, index: str) -> None:
        self._layer, self._unit = int(index), 0
        self.refresh()

    def _choose_unit(self, unit: int) -> None:
        self._unit = int(unit)
        self.refresh()

    def refresh(self) -> None:
        drawing, answer = self.session.drawing, self.session.pad.answer("yours")
        shown = drawing is not None and answer is not None
        self._parts.visible = shown
        self._bar.visible = shown
        if drawing is None or answer is None:
            self._about.text = draw_first(EMPTY, self.session.training.train_data)
            return
        model = self.session.replay.model
        units = layers_with_units(model)
        if not units:
            self._parts.visible = self._bar.visible = False
            self._about.text = NO_UNITS
            return
        index = self._layer if self._layer in units else max(units)
        unit = int(answer.argmax()) if self._unit is None else min(self._unit, units[index] - 1)
        names = {
            str(i): _("{i} · {kind}, {count:,} units", i=i, kind=type(model[i]).__name__, count=count)
            for i, count in units.items()
        }
        self._bar.set(
            select("layer", _("Layer"), names, str(index)),
            number(
                "unit", _("Unit"), unit, units[index] - 1, _("0 is the first; in the last layer, the class")
            ),
        )
        working = work_out(model, self.session.training.trainer.criterion, drawing.image, index, unit)
        self._about.text = _("Worked out for your drawing: {unit}.", unit=working.unit)
        self._table.set(*_rows(working))
        self._tiles.visible = working.pictures is not None
        if working.pictures is not None:
            pixels, captions = map(diverging, working.pictures), ["inputs", "weights", "products"]
            self._tiles.set(np.stack(list(pixels)), captions, captions)

    def __panel__(self) -> Any:
        return self._layout


def _rows(working: Working) -> tuple[list[list[str]], list[int]]:
    """The table's rows, and which of them stand out."""
    found = working.sum
    rows = [[t.source, _figure(t.value), _figure(t.weight), _figure(t.product)] for t in found.terms]
    if found.rest_count:
        rows.append([_("{n:,} more", n=found.rest_count), "", "", _figure(found.rest)])
    if found.zero_count:
        rows.append([_("{n:,} inputs of 0", n=found.zero_count), "", "", _figure(0.0)])
    rows.append([_("bias"), "", "", _figure(found.bias)])
    strong = [len(rows)]
    rows.append([_("sum"), "", "", _figure(found.total)])
    for name, value in working.after:
        rows.append(
            [
                _("probability") if name == "probability" else _("after {name}", name=name),
                "",
                "",
                _figure(value),
            ]
        )
    return rows, strong


def _figure(value: float) -> str:
    return f"{value:+.4f}".replace("-", "−")
