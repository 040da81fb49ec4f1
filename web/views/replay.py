"""A run, gone through again."""

from __future__ import annotations

from typing import Any

from web.components.replay import ReplaySlider
from web.session import Session
from web.views.paced import PacedView
from web.words import _

TOO_LARGE = _("This network is too large to be remembered at many moments: there is no replay of it.")


class ReplayView(PacedView):
    """A slider over the moments of the run: all pictures of the network follow it."""

    topics = ("progress", "state", "model")
    interval = 0.25

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._slider = ReplaySlider(session.replay.show, sizing_mode="stretch_width")

    def listeners(self) -> dict[Any, Any]:
        return super().listeners() | {"replay": self.refresh}

    def refresh(self) -> None:
        replay, training = self.session.replay, self.session.training
        too_large = training.experiment.recorder.too_large
        self._slider.param.update(
            length=replay.length,
            shown=replay.position,
            words=self._words(),
            note=TOO_LARGE if too_large else "",
        )

    def _words(self) -> str:
        replay = self.session.replay
        if replay.moment is None:
            return _("now") if replay.length > 1 else _("train first, then look back")
        if replay.step == 0:
            return _("before training")
        return _("epoch {epoch:.2f} · step {step:,}", epoch=replay.epoch, step=replay.step)

    def __panel__(self) -> Any:
        return self._slider
