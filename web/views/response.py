"""What the drawing sets off, layer by layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from web.components.note import Note
from web.components.table import Table
from web.components.tiles import Tiles
from web.insight.nouns import draw_first
from web.insight.outline import times
from web.insight.pictures import diverging
from web.insight.response import Response, responses
from web.session import Session
from web.views.layout import column, wrapping
from web.views.paced import PacedView
from web.words import _

SHOWN = 16  # maps of a layer at most
EMPTY = _("Draw {noun}, or press one under Mistakes or Data: here you see what it sets off in your network.")
ABOUT = _(
    "Every layer's output for the drawing: light is positive, dark is negative, each layer scaled to its own "
    "largest value. The fields of the last ones stand for the classes, from left to right."
)


class ResponseView(PacedView):
    """The output of every layer as pictures, and the classes' probabilities."""

    topics = ("prediction", "model")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._about = Note(
            title=_("Your drawing on its way through your network"), sizing_mode="stretch_width"
        )
        self._layers = wrapping()
        self._shapes: list[tuple[str, tuple[int, ...]]] = []
        self._answer = Table([_("Likeliest")], [_("Probability")])
        self._layout = column(self._about, self._layers, self._answer)

    def refresh(self) -> None:
        data, drawing = self.session.training.train_data, self.session.drawing
        self._layers.visible = self._answer.visible = drawing is not None
        self._about.text = draw_first(EMPTY, data) if drawing is None else ABOUT
        if drawing is None:
            return
        found = responses(self.session.replay.model, drawing.image)
        shapes = [(response.title, response.shape) for response in found]
        if shapes != self._shapes:
            self._shapes = shapes
            self._layers.objects = [_tiles(response) for response in found]
        for tiles, response in zip(self._layers, found, strict=True):
            tiles.set(diverging(response.pictures[:SHOWN]))
        self._show_answer()

    def _show_answer(self) -> None:
        probabilities = self.session.pad.answer("yours")
        if probabilities is not None:
            likeliest = np.argsort(-probabilities)[:3]
            names = self.session.training.train_data.class_names
            self._answer.set([(names[i], f"{probabilities[i]:.1%}") for i in likeliest], [0])

    def __panel__(self) -> Any:
        return self._layout


def _tiles(response: Response) -> Tiles:
    maps = len(response.pictures)
    words = f"{response.title}, {times(response.shape)}" + (
        _(", first {shown} maps", shown=SHOWN) if maps > SHOWN else ""
    )
    return Tiles(label=words, titled=True, scale="diverging", size=44 if maps > 1 else 200)
