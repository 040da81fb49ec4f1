"""The card that drives training."""

from __future__ import annotations

from collections.abc import Callable

from nncore import ops
from web.components.controls import Command, Controls
from web.session import Session
from web.views.view import View


class ControlsView(View):
    """Train, Pause, Step, One epoch and Reset; where the run stands; what went wrong."""

    topics = ("progress", "state", "data", "settings")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._commands: dict[Command, Callable[[], None]] = {
            "train": session.train,
            "pause": session.pause,
            "step": session.step,
            "step_epoch": session.step_epoch,
            "reset": session.reset,
        }
        self._controls = Controls(lambda command: self._commands[command](), sizing_mode="stretch_width")

    def refresh(self) -> None:
        progress = self.session.training.status
        self._controls.param.update(
            state=self.session.training.state,
            progress={
                "parts": progress.parts,
                "fraction": round(progress.fraction, 3),
                "testing": progress.testing,
            },
            idle=self._idle(),
            error=self.session.training.error or "",
            backend=f"Computed by {ops.backend().name}",
        )

    def _idle(self) -> str:
        library = self.session.library
        if library.loading:
            return f"Loading {library.loading}: {library.share:.0%}"
        return f"Ready: {len(self.session.training.train_data):,} images to learn from. Press Train."

    def __panel__(self) -> Controls:
        return self._controls
