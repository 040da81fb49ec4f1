"""The strip that drives training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nncore import ops
from nncore.recipe import SETTINGS
from web.components.controls import Command, Controls
from web.session import Session
from web.session.outcome import Result
from web.session.pace import CLOSELY, EPOCH
from web.views.suggestions import Suggestion, suggestions
from web.views.view import View
from web.words import _

SPEEDS = [
    [
        "closely",
        _("Watch closely"),
        _("{steps:.0f} steps a second, and every one of them is shown", steps=CLOSELY),
    ],
    [
        "normal",
        _("Normal"),
        _(
            "An epoch takes {seconds:.0f} seconds at least; where it needs longer, nothing is held back",
            seconds=EPOCH,
        ),
    ],
    ["full", _("Full speed"), _("As fast as this device can; the page is redrawn when there is time")],
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
            outcome=self._outcome(result) if result else {},
            guess=self._guess(),
            error=self._error(),
            offer=_("Go on from there with a learning rate of {lr:g}", lr=training.slower_lr)
            if training.slower_lr is not None
            else "",
            advice=_(training.experiment.health.complaint),
            backend=_("Computed by {name}", name=ops.backend().name),
        )

    def _error(self) -> str:
        training = self.session.training
        if training.slower_lr is None:
            return _(training.error)
        epoch = training.trainer.progress.epoch
        again = _("The network stands again as after epoch {epoch}, the last that was sound.", epoch=epoch)
        return _("{error} {again}", error=_(training.error), again=again)

    def _outcome(self, result: Result) -> dict[str, Any]:
        return {
            "text": self._words(result),
            "whole": result.complete,
            "offers": [offer[:2] for offer in self._offers],
        }

    def _words(self, result: Result) -> str:
        words = _(
            "Your network reads {accuracy:.1%} of {images:,} {noun}s it never saw",
            accuracy=result.accuracy,
            images=result.images,
            noun=_(self.session.training.test_data.noun),
        )
        if result.best > result.accuracy:
            words += _(" (best: {best:.1%}, after epoch {epoch})", best=result.best, epoch=result.best_epoch)
        words += _(".") if result.before is None else _("; it started at {before:.1%}.", before=result.before)
        expected = self.session.guess.value
        if expected is not None:
            apart = _apart(result.accuracy - expected)
            words += _(" You expected {expected:.1%}: {apart}.", expected=expected, apart=apart)
        return words

    def _guess(self) -> dict[str, Any]:
        guess = self.session.guess
        if not guess.wanted:
            return {}
        text = (
            "" if guess.value is None else _("You expect a test accuracy of {value:.1%}.", value=guess.value)
        )
        return {"open": guess.open, "text": text}

    def _follow(self, words: str) -> None:
        # One that is not made any more was clicked before the page had heard so.
        for offer in self._offers:
            if offer.words == words:
                self.session.configure(**offer.changes)
                self.session.train()
                return

    def _idle(self) -> str:
        session, training = self.session, self.session.training
        if session.library.loading:
            words = SETTINGS["dataset"].choices
            loading = {"name": _(words[session.library.loading]), "share": session.library.share}
            if session.waiting:
                return _("{name} is on its way: {share:.0%}; training begins when it is here.", **loading)
            return _("{name} is on its way: {share:.0%}.", **loading)
        data = training.train_data
        return _("Ready: {n:,} {noun}s to learn from. Press Train.", n=len(data), noun=_(data.noun))

    def __panel__(self) -> Controls:
        return self._controls


def _apart(difference: float) -> str:
    """How far a result is from what was expected, in words."""
    points = abs(100 * difference)
    if points < 0.05:
        return _("exactly so")
    words = (
        _("it came out {points:.1f} points higher")
        if difference > 0
        else _("it came out {points:.1f} points lower")
    )
    return words.format(points=points)
