"""The curves in words, as a table, and as a tone."""

from __future__ import annotations

import math
from collections.abc import Callable

from web.components.curve_text import CurveText
from web.insight import curve_words
from web.session import Session
from web.session.hub import Topic
from web.views.view import View


class CurveTextView(View):
    """Says what the curves show, anew after every epoch and when training rests."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._text = CurveText(columns=list(curve_words.COLUMNS), sizing_mode="stretch_width")
        self._text.param.watch(lambda _: self._fill(), "unfolded")
        self._text.param.watch(lambda _: self._follow(), "audible")

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {"epoch": self.refresh, "state": self.refresh, "model": self.refresh, "progress": self._follow}

    def refresh(self) -> None:
        training = self.session.training
        self._text.text = curve_words.summary(training.history, running=training.state == "running")
        self._fill()
        self._follow()

    def _fill(self) -> None:
        if self._text.unfolded:
            self._text.rows = curve_words.table(self.session.training.history)

    def _follow(self) -> None:
        """The tone falls an octave whenever the loss is halved."""
        if not self._text.audible:
            return
        history = self.session.training.history
        loss = history.smooth[0]
        first = float(history.columns()["loss"][0]) if len(history) else math.nan
        heard = math.isfinite(loss) and loss > 0 and first > 0
        self._text.param.update(
            octaves=math.log2(loss / first) if heard else 0.0,
            sounding=heard and self.session.training.state == "running",
        )

    def __panel__(self) -> CurveText:
        return self._text
