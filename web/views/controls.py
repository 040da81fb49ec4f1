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
            "go_on_slower": session.go_on_slower,
        }
        self._controls = Controls(lambda command: self._commands[command](), sizing_mode="stretch_width")

    def refresh(self) -> None:
        training = self.session.training
        progress = training.status
        self._controls.param.update(
            state=training.state,
            progress={
                "parts": progress.parts,
                "fraction": round(progress.fraction, 3),
                "testing": progress.testing,
            },
            idle=self._idle(),
            error=self._error(),
            offer=f"Go on from there with a learning rate of {training.recipe.lr / 10:g}"
            if training.recovered
            else "",
            advice=training.experiment.health.complaint or "",
            backend=f"Computed by {ops.backend().name}",
        )

    def _error(self) -> str:
        training = self.session.training
        if not training.recovered:
            return training.error or ""
        epoch = training.trainer.progress.epoch
        return f"{training.error} The network stands again as after epoch {epoch}, the last that was sound."

    def _idle(self) -> str:
        library = self.session.library
        if library.loading:
            return f"Loading {library.loading}: {library.share:.0%}"
        return f"Ready: {len(self.session.training.train_data):,} images to learn from. Press Train."

    def __panel__(self) -> Controls:
        return self._controls
