"""The strip that drives training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nncore import ops
from web.components.controls import Command, Controls
from web.session import Session
from web.session.outcome import Result
from web.session.pace import CLOSELY, EPOCH
from web.views.suggestions import Suggestion, suggestions
from web.views.view import View

SPEEDS = [
    ["closely", "Watch closely", f"{CLOSELY:.0f} steps a second, and every one of them is shown"],
    [
        "normal",
        "Normal",
        f"An epoch takes {EPOCH:.0f} seconds at least; where it needs longer, nothing is held back",
    ],
    ["full", "Full speed", "As fast as this device can; the page is redrawn when there is time"],
]


class ControlsView(View):
    """Train, Pause, Step, One epoch and Reset, the speed; where the run stands, and what came of it."""

    topics = ("progress", "state", "data", "settings")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._offers: list[Suggestion] = []
        self._commands: dict[Command, Callable[[Any], None]] = {
            "train": lambda _: session.train(),
            "pause": lambda _: session.pause(),
            "step": lambda _: session.step(),
            "step_epoch": lambda _: session.step_epoch(),
            "reset": lambda _: session.reset(),
            "go_on_slower": lambda _: session.go_on_slower(),
            "speed": session.training.set_speed,
            "try": self._follow,
            "guess": session.guess.say,
        }
        self._controls = Controls(
            lambda command, value: self._commands[command](value),
            speeds=SPEEDS,
            speed=session.training.speed,
            sizing_mode="stretch_width",
        )

    def refresh(self) -> None:
        training = self.session.training
        status = training.status
        result = self.session.outcome.result
        self._offers = suggestions(training.recipe) if result else []
        self._controls.param.update(
            state=training.state,
            speed=training.speed,
            progress={
                "parts": status.parts,
                "fraction": round(status.fraction, 3),
                "testing": status.testing,
            },
            idle=self._idle(),
            outcome={"text": self._words(result), "offers": [offer[:2] for offer in self._offers]}
            if result
            else {},
            guess=self._guess(),
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

    def _words(self, result: Result) -> str:
        noun = self.session.training.test_data.noun
        words = f"Your network reads {result.accuracy:.1%} of {result.images:,} {noun}s it never saw"
        if result.best > result.accuracy:
            words += f" (best: {result.best:.1%}, after epoch {result.best_epoch})"
        words += "." if result.before is None else f"; it started at {result.before:.1%}."
        expected = self.session.guess.value
        if expected is not None:
            words += f" You expected {expected:.1%}: {_apart(result.accuracy - expected)}."
        return words

    def _guess(self) -> dict[str, Any]:
        guess = self.session.guess
        if not guess.wanted:
            return {}
        text = "" if guess.value is None else f"You expect a test accuracy of {guess.value:.1%}."
        return {"open": guess.open, "text": text}

    def _follow(self, index: int) -> None:
        self.session.configure(**self._offers[index].changes)
        self.session.train()

    def _idle(self) -> str:
        session, training = self.session, self.session.training
        if session.library.loading:
            share = f"{session.library.loading} is on its way: {session.library.share:.0%}"
            return f"{share}; training begins when it is here." if session.waiting else f"{share}."
        return f"Ready: {len(training.train_data):,} {training.train_data.noun}s to learn from. Press Train."

    def __panel__(self) -> Controls:
        return self._controls


def _apart(difference: float) -> str:
    """How far a result is from what was expected, in words."""
    points = abs(100 * difference)
    if points < 0.05:
        return "exactly so"
    return f"it came out {points:.1f} points {'higher' if difference > 0 else 'lower'}"
