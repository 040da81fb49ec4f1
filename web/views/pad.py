"""The sketch pad, and what the networks see of the drawing."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from nncore.ops import Array
from nncore.preprocess import Prepared
from web.insight.nouns import a, drawn
from web.pad import SketchPad, StepPictures
from web.session import Session
from web.session.hub import Topic
from web.views.view import View


class PadView(View):
    """Draw; the preparation is shown in pictures."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._pad = SketchPad(session.pad.draw, sizing_mode="stretch_width")
        self._brought: Array | None = None  # the data set's image that the pad shows
        self._prepared: Prepared | None = None  # what the answering network was given
        self._steps = StepPictures(session.pad.set_steps, sizing_mode="stretch_width")
        self._layout = pn.Column(self._pad, self._steps, sizing_mode="stretch_width")

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {"drawing": self._show_drawing, "prediction": self._show_seen, "data": self._show_noun}

    def refresh(self) -> None:
        self._show_drawing()
        self._show_seen()
        self._show_noun()

    def _show_noun(self) -> None:
        self._pad.noun = a(drawn(self.session.training.train_data))

    def _show_drawing(self) -> None:
        pad = self.session.pad
        if pad.image is not None and pad.image is not self._brought:
            self._pad.show(pad.image, example=pad.example)
        self._brought = pad.image

    def _show_seen(self) -> None:
        reader = self.session.pad.readers.get(self.session.pad.answerer)
        prepared = self.session.pad.prepared(reader.shape) if reader else self.session.drawing
        if prepared is not self._prepared:  # asked anew while training: the drawing is the same
            self._prepared = prepared
            self._steps.show(prepared)

    def __panel__(self) -> pn.Column:
        return self._layout
