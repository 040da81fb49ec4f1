"""The sketch pad, what the networks answer, and what they see."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from nncore.ops import Array
from nncore.preprocess import Prepared
from web.components.toggles import Toggles
from web.pad import PredictionBars, SketchPad, StepPictures, judge
from web.session import Session
from web.session.hub import Topic
from web.session.pad import Answerer
from web.views.view import View

WHOSE = "The large digit is the answer of the ready-made network, or of the one you train"
NAMES: dict[Answerer, str] = {"ready-made": "Ready-made network", "yours": "Your network"}


class PadView(View):
    """Draw a digit; every network there is answers, and the preparation is shown in pictures."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._pad = SketchPad(session.pad.draw, sizing_mode="stretch_width")
        self._brought: Array | None = None  # the data set's image that the pad shows
        self._prepared: Prepared | None = None  # what the answering network was given
        self._ask = Toggles(
            self._choose,
            label="Whose answer counts",
            options=[{"name": "yours", "label": "Let your own network answer", "help": WHOSE}],
            value={"yours": session.pad.answerer == "yours"},
            sizing_mode="stretch_width",
        )
        self._bars = PredictionBars(sizing_mode="stretch_width")
        self._steps = StepPictures(session.pad.set_steps, sizing_mode="stretch_width")
        self._layout = pn.Column(self._pad, self._bars, self._ask, self._steps, sizing_mode="stretch_width")

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {"drawing": self._show_drawing, "prediction": self._show_answers}

    def refresh(self) -> None:
        self._show_drawing()
        self._show_answers()

    def _show_drawing(self) -> None:
        image = self.session.pad.image
        if image is not None and image is not self._brought:
            self._pad.show(image)
        self._brought = image

    def _show_answers(self) -> None:
        reader = self.session.pad.readers.get(self.session.pad.answerer)
        prepared = self.session.pad.prepared(reader.shape) if reader else self.session.drawing
        if prepared is not self._prepared:  # asked anew while training: the drawing is the same
            self._prepared = prepared
            self._steps.show(prepared)
        answers = self.session.pad.answers
        order = sorted(answers, key=lambda answerer: answerer != self.session.pad.answerer)
        verdicts, problems = {}, {}
        for answerer in order:
            probabilities = answers[answerer].probabilities
            if probabilities is None:
                problems[NAMES[answerer]] = answers[answerer].problem
            else:
                verdicts[NAMES[answerer]] = judge(probabilities)
        self._bars.show(verdicts, problems)

    def _choose(self, options: dict[str, bool]) -> None:
        self.session.pad.set_answerer("yours" if options["yours"] else "ready-made")

    def __panel__(self) -> pn.Column:
        return self._layout
