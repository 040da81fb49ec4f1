"""Which pixels speak for an answer, and which against it."""

from __future__ import annotations

from typing import Any

import numpy as np

from nncore.evaluate import input_gradient
from web.components.note import Note
from web.components.tiles import Tiles
from web.components.toolbar import Toolbar, select
from web.insight.nouns import draw_first
from web.insight.pictures import diverging, ink
from web.session import Session
from web.views.layout import column, wrapping
from web.views.paced import PacedView
from web.words import _, pgettext

ABOUT = _(
    "The gradient of the answer with respect to the input. Light: a little more ink here would speak for "
    "the answer. Dark: it would speak against it. On the right the same where you have drawn: what your own "
    "ink does."
)
EMPTY = _("Draw {noun} to see which of its pixels speak for the answer.")
ANSWER = "answer"


class EvidenceView(PacedView):
    """The drawing, the input gradient, and their product."""

    topics = ("prediction", "model")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._class = ANSWER
        self._about = Note(title=_("For and against"), sizing_mode="stretch_width")
        self._bar = Toolbar({"class": self._choose}, label=_("For and against"))
        self._ink = Tiles(label=_("The drawing as the network sees it"), size=112)
        self._signed = Tiles(
            label=_("For and against"),
            scale="diverging",
            size=112,
            ends=[pgettext("pixels", "against"), pgettext("pixels", "for")],
        )
        self._pictures = wrapping(self._ink, self._signed)
        self._layout = column(self._about, self._bar, self._pictures)

    def _choose(self, value: str) -> None:
        self._class = value
        self.refresh()

    def refresh(self) -> None:
        data = self.session.training.train_data
        drawing, answer = self.session.drawing, self.session.pad.answer("yours")
        shown = drawing is not None and answer is not None
        self._bar.visible = self._pictures.visible = shown
        self._about.text = ABOUT if shown else draw_first(EMPTY, data)
        if drawing is None or answer is None:
            return
        classes = {str(label): name for label, name in enumerate(data.class_names)}
        chosen = int(self._class) if self._class in classes else int(answer.argmax())
        words = {ANSWER: _("the answer, {name}", name=data.class_names[int(answer.argmax())])}
        self._bar.set(select("class", _("Speaking for and against"), words | classes, self._class))
        image = drawing.image
        gradient = input_gradient(self.session.replay.model, image[None, None], chosen)[0, 0]
        self._ink.set(ink(image[None], 1), [_("your drawing")])
        pictures = np.stack([diverging(gradient), diverging(gradient * image)])
        captions, name = [_("every pixel"), _("your ink")], data.class_names[chosen]
        self._signed.set(
            pictures,
            captions,
            [_("{caption}, for and against {name}", caption=caption, name=name) for caption in captions],
        )

    def __panel__(self) -> Any:
        return self._layout
