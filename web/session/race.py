"""Rivals of the present run: other settings, trained beside it, in turns, on the same data."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from nncore.errors import RecipeError
from nncore.recipe import Recipe
from web.session.budget import Budget
from web.session.experiment import Experiment
from web.session.failure import Failure
from web.session.hub import Hub
from web.session.paced import Paced
from web.session.runs import RunBook
from web.session.training import Training
from web.words import _

MOST = 3  # rivals: four runs side by side
SLICE = 0.025  # seconds of training a rival between two turns of the event loop
WAIT = 0.004  # seconds until the present run is looked at again, where all have caught up with it


@dataclass
class Rival:
    """One of them.

    Attributes
    ----------
    differs : the settings that differ from the present run's when it was added.
    error : why it cannot go on, or "".
    """

    experiment: Experiment
    differs: dict[str, Any]
    error: str = ""
    run_id: int = field(default=0)  # of its curves among the kept runs

    def lags(self, epochs: float) -> bool:
        """Whether it has not got as far as `epochs` (fractional) yet, or has a test to finish."""
        run = self.experiment
        if self.error or run.over:
            return False
        return run.epochs_behind < epochs or run.trainer.progress.phase != "train"


class Race:
    """Trains the rivals as far as the present run has got, whenever that goes on; emits "race".

    Their curves stand among the kept runs from the beginning. A new network of the present run, by whatever
    command, begins the race anew.

    Attributes
    ----------
    rivals : in the order in which they were added.
    problem : why the last one could not be added, or "".
    """

    def __init__(self, hub: Hub, training: Training, runs: RunBook, budget: Budget) -> None:
        self._hub = hub
        self._training = training
        self._runs = runs
        self._task: asyncio.Task[None] | None = None
        self._news = Paced(budget, self._changed, 0.3)
        self.rivals: list[Rival] = []
        self.problem = ""
        hub.subscribe("model", self._begin_anew)
        for topic in ("progress", "state"):
            hub.subscribe(topic, self._follow)

    @property
    def full(self) -> bool:
        """Whether no further rival can be added."""
        return len(self.rivals) >= MOST

    def number_of(self, recipe: Recipe) -> int | None:
        """Which rival, counted from 1, runs by `recipe`; None if none does."""
        recipes = [rival.experiment.recipe for rival in self.rivals]
        return recipes.index(recipe) + 1 if recipe in recipes else None

    def add(self, **changes: Any) -> None:
        """Add a rival that differs from the present run in these settings; it trains what that has trained.

        What makes no race (settings that do not fit, are the present ones or another rival's) is told in
        `problem`.
        """
        present = self._training.recipe
        self.problem = ""
        try:
            recipe = present.replace(**changes | present.data_settings)
            if self.full:
                self.problem = _("There are {most} rivals already: take one out first.", most=MOST)
            elif recipe == present:
                self.problem = _("These are the settings of your own run: change one of them first.")
            elif (number := self.number_of(recipe)) is not None:
                self.problem = _("Rival {i} has these settings already: choose others.", i=number)
            else:
                self.rivals.append(self._rival(recipe))
        except RecipeError as error:
            self.problem = _(str(error))
        self._changed()
        self._follow()

    def remove(self, rival: Rival) -> None:
        """Take a rival out of the race; its curves stay among the kept runs if it got anywhere."""
        self.rivals.remove(rival)
        if not rival.experiment.history.tests:
            self._runs.delete(rival.run_id)
        self._changed()

    def _rival(self, recipe: Recipe) -> Rival:
        training = self._training
        rival = Rival(
            Experiment(recipe, training.train_data, training.test_data, training.experiment.program),
            recipe.changes(training.recipe),
        )
        self._keep(rival, "racing")
        return rival

    def _begin_anew(self) -> None:
        """The present run began anew, perhaps on other data: so do the rivals that can."""
        before, self.rivals = self.rivals, []
        for rival in before:
            if not rival.experiment.history.tests:
                self._runs.delete(rival.run_id)
            recipe = rival.experiment.recipe.replace(**self._training.recipe.data_settings)
            try:
                self.rivals.append(self._rival(recipe))
            except RecipeError:  # such a network cannot read the new data
                continue
        if before:
            self._changed()

    # -- training ----------------------------------------------------------------------------------------

    def _lagging(self) -> list[Rival]:
        present = self._training.experiment
        return [rival for rival in self.rivals if rival.lags(present.epochs_behind)]

    def _follow(self) -> None:
        if self.rivals and self._task is None and self._lagging():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            while lagging := self._lagging():
                last = min(lagging, key=lambda rival: rival.experiment.epochs_behind)
                self._slice(last)
                self._news.ask()
                await asyncio.sleep(0)
                while self._training.state == "running" and self.rivals and not self._lagging():
                    await asyncio.sleep(WAIT)
        finally:
            self._task = None
            self._news.cancel()
            self._changed()

    def _slice(self, rival: Rival) -> None:
        run, goal = rival.experiment, self._training.experiment.epochs_behind
        start, steps, tests = time.perf_counter(), run.status.global_step, len(run.history.tests)
        while rival.lags(goal) and time.perf_counter() - start < SLICE:
            try:
                event = run.trainer.advance()
            except Exception as error:
                failure = Failure.of(error)
                rival.error = _(failure.words)
                self._keep(rival, failure.ended)
                if failure.is_fault:
                    raise
                return
            if event is None:
                break
            run.take(event)
        run.rest(time.perf_counter() - start, run.status.global_step - steps)
        if run.over:
            self._keep(rival, run.trainer.progress.reason)
        elif len(run.history.tests) > tests:
            self._keep(rival, "racing")

    def _keep(self, rival: Rival, ended: str) -> None:
        run = rival.experiment
        rival.run_id = self._runs.keep(run.recipe, run.history, run.meter.seconds, ended, run.kept_as)
        run.kept_as = rival.run_id

    def _changed(self) -> None:
        self._hub.emit("race")
        if self.rivals:
            self._hub.emit("runs")  # their curves have grown
