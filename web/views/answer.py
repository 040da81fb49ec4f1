"""What the networks answer to the drawing."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from nncore.data import Dataset
from web.components.toggles import Toggles
from web.insight.nouns import a, drawn
from web.pad import PredictionBars, judge
from web.session import Session
from web.session.hub import Topic
from web.session.pad import NO_NUMBERS, Answerer
from web.views.view import View
from web.words import _

WHOSE = _("The large answer is that of the ready-made network, or of the one you train")
EMPTY = _("Draw {}, and the answer appears here.")
NAMES: dict[Answerer, str] = {"ready-made": _("Ready-made network"), "yours": _("Your network")}
MARKS = {NAMES["yours"]: "first", NAMES["ready-made"]: "second"}  # as in the picture of the network


class AnswerView(View):
    """The answer that counts in words, the others beside it, and whose that shall be."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        ask = Toggles(
            self._choose,
            label=_("Whose answer counts"),
            options=[{"name": "yours", "label": _("Let your own network answer"), "help": WHOSE}],
            value={"yours": session.pad.answerer == "yours"},
            sizing_mode="stretch_width",
        )
        self._bars = PredictionBars(bars=False, marks=MARKS, sizing_mode="stretch_width")
        self._ask = pn.Column(ask, sizing_mode="stretch_width")
        self._layout = pn.Column(self._bars, self._ask, sizing_mode="stretch_width")

    def show_bars(self, shown: bool) -> None:
        """Have bars in view, or told elsewhere: by the picture of the network, as they are at first."""
        self._bars.bars = shown

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {"prediction": self.refresh, "data": self.refresh}

    def refresh(self) -> None:
        pad, data = self.session.pad, self.session.training.train_data
        self._ask.visible = not data.is_planar
        if data.is_planar:
            self._show_spot(data)
            return
        verdicts, problems = {}, {}
        for answerer in sorted(pad.answers, key=lambda answerer: answerer != pad.answerer):
            probabilities = pad.answers[answerer].probabilities
            if probabilities is None:
                problems[NAMES[answerer]] = pad.answers[answerer].problem
            else:
                names = data.class_names if answerer == "yours" else ()
                verdicts[NAMES[answerer]] = judge(probabilities, names)
        self._bars.show(verdicts, problems, EMPTY.format(a(drawn(data))))

    def _show_spot(self, data: Dataset) -> None:
        """What the network says of the place in the plane."""
        name, answer = NAMES["yours"], self.session.spot.answer
        if answer is not None:
            self._bars.show({name: judge(answer, data.class_names)}, {}, "")
        else:
            self._bars.show({}, {name: NO_NUMBERS}, "")

    def _choose(self, options: dict[str, bool]) -> None:
        self.session.pad.set_answerer("yours" if options["yours"] else "ready-made")

    def __panel__(self) -> pn.Column:
        return self._layout
