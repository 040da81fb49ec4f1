"""Training: the present experiment, and what the buttons do to it."""

from __future__ import annotations

import asyncio
from typing import Literal

from nncore.custom import Program
from nncore.events import EpochEvent, Event
from nncore.module import Sequential
from nncore.recipe import Recipe
from nncore.trainer import Trainer
from web.session.budget import Budget
from web.session.data import Pair
from web.session.experiment import Experiment, Past
from web.session.failure import Failure
from web.session.history import History
from web.session.hub import Hub
from web.session.loop import Goal, Loop
from web.session.pace import PAGE, Speed
from web.session.publisher import Publisher
from web.session.recorder import Moment
from web.session.run_status import RunStatus
from web.session.runs import RunBook

State = Literal["idle", "running", "paused", "finished", "error"]


class Training:
    """The present experiment, being trained in an asyncio task of slices of about 40 ms.

    Attributes
    ----------
    state : where training stands.
    error : why it cannot go on and what to do, or None.
    slower_lr : a learning rate to go on with, where a run that diverged stands as it last was sound; or None.
    experiment : the present run: recipe, network, trainer, curves.
    train_data, test_data : what it learns and is tested on.
    """

    def __init__(self, hub: Hub, runs: RunBook, recipe: Recipe, data: Pair, budget: Budget) -> None:
        self._hub = hub
        self._budget = budget
        self._runs = runs
        self._loop = Loop(self._take, self._rest, self._ended)
        self._publisher = Publisher(hub, budget)
        self._track_gradient = False
        self.state: State = "idle"
        self.error: str | None = None
        self.slower_lr: float | None = None
        self.train_data, self.test_data = data
        self.experiment = Experiment(recipe, *data)

    # -- to read -----------------------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe:
        """The settings of the present run."""
        return self.experiment.recipe

    @property
    def model(self) -> Sequential:
        """The visitor's own network."""
        return self.experiment.model

    @property
    def version(self) -> int:
        """Of the network's weights; see `Experiment`."""
        return self.experiment.version

    @property
    def trainer(self) -> Trainer:
        """What trains the network."""
        return self.experiment.trainer

    @property
    def history(self) -> History:
        """The curves of the present run."""
        return self.experiment.history

    @property
    def status(self) -> RunStatus:
        """Where the present run stands, in figures."""
        return self.experiment.status

    @property
    def speed(self) -> Speed:
        """How fast training may go."""
        return self._loop.pace.speed

    @property
    def held_back(self) -> bool:
        """Whether training waits between its steps, so that there is time for other things."""
        return self.state == "running" and self._loop.waiting

    @property
    def loop_seconds(self) -> float:
        """Seconds given to training so far, in all runs, without what the page did between slices."""
        return self._loop.seconds

    # -- commands ----------------------------------------------------------------------------------------

    def go(self, goal: Goal) -> None:
        """Train until `goal`; when all is done already, or it failed, begin anew."""
        self.renew()
        self._set_state("running")
        self._loop.start(self.experiment.events, goal)

    def renew(self) -> None:
        """Begin anew if all is done already, or it failed."""
        if self.state == "error" or self.experiment.over:
            self.reset()

    def go_on_slower(self) -> None:
        """After it diverged, go on from where the run stands again, with `slower_lr`."""
        if self.slower_lr is not None:
            self.apply(self.recipe.replace(lr=self.slower_lr))
            self.error, self.slower_lr = None, None
            self._set_state("paused")
            self.go("finished")

    def pause(self) -> None:
        """Stop after the batch under way."""
        if self.state == "running":
            self._loop.stop()
            self._set_state("paused")  # the answer to the click first, then the last figures
            asyncio.get_running_loop().call_soon(self._publisher.all)

    def reset(self) -> None:
        """Begin anew with the same settings; a run of at least one epoch is kept."""
        self.rebuild(self.recipe)

    def apply(self, recipe: Recipe) -> None:
        """Take other settings: live ones at once and in mid-run, any other by beginning anew.

        Raises
        ------
        RecipeError
            the settings do not fit the data; nothing is changed then.
        """
        if not self.experiment.apply(recipe):
            self.rebuild(recipe)

    def rebuild(self, recipe: Recipe, data: Pair | None = None) -> None:
        """Begin anew with `recipe`, on other data if given. Raises as `apply` does."""
        self._begin(recipe, data or (self.train_data, self.test_data), self.experiment.program)

    def use(self, program: Program | None) -> None:
        """Begin anew with the visitor's own code in place of nncore's, or without. Raises as `apply` does."""
        self._begin(self.recipe, (self.train_data, self.test_data), program)

    def _begin(self, recipe: Recipe, data: Pair, program: Program | None) -> None:
        self.install(Experiment(recipe, *data, program), data)  # what is refused changes nothing

    def install(self, experiment: Experiment, data: Pair) -> None:
        """Put an experiment on `data` in place of the present one, at rest."""
        self._loop.stop()
        self._keep_run("stopped")
        self.train_data, self.test_data = data
        self.experiment = experiment
        self.trainer.track_grad_norm = self._track_gradient
        self.error, self.slower_lr = None, None
        self._hub.emit("model")
        self._settle("finished" if experiment.over else "paused" if experiment.status.epoch else "idle")

    def set_speed(self, speed: Speed) -> None:
        """Let training go as fast as it can, or hold it back (see `Pace`); takes effect at once."""
        self._loop.pace.speed = speed
        self._hub.emit("state")

    def track_gradient(self, on: bool) -> None:
        """Record the gradient's norm with every step, or spare its cost."""
        self._track_gradient = self.trainer.track_grad_norm = on

    def recall(self, moments: list[Moment]) -> None:
        """Take back moments of the present run that were kept elsewhere."""
        self.experiment.recall(moments)
        self._hub.emit("progress")

    def weights_changed(self) -> None:
        """Say that something other than a training step changed the network."""
        self.experiment.weights_changed()
        self._hub.emit("weights")

    # -- what comes of it --------------------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        self.experiment.take(event)
        if isinstance(event, EpochEvent):
            self._publisher.epoch_ended()

    def _rest(self, seconds: float, steps: int) -> None:
        self.experiment.rest(seconds, steps)
        self._publisher.slice_ended()
        self._share_time()
        self._budget.passed(seconds)

    def _share_time(self) -> None:
        """Leave the page its share of the time: all where training does not need it."""
        busy = self.state == "running" and not self.held_back
        self._budget.allow(PAGE[self.speed] if busy else 1.0)

    def _ended(self, error: Exception | None) -> None:
        if error is not None:
            failure = Failure.of(error)
            self._keep_run(failure.ended)
            if failure.ended == "diverged":
                self._go_back()
            self.error = failure.words
            self._settle("error")
            if failure.is_fault:
                raise error
        elif self.experiment.over:
            self._keep_run(self.trainer.progress.reason)
            self._settle("finished")
        else:
            self._settle("paused")

    def _go_back(self) -> None:
        """Put the run back, settings included, to where it last stood on sound numbers, if that was kept."""
        sound = self.experiment.health.sound
        if sound is not None:
            data = self.train_data, self.test_data
            past = Past(self.experiment.health.history(), sound.seconds, None)
            lr = self.recipe.lr / 10
            self.install(Experiment.restored(sound.saved, data, past, self.experiment.program), data)
            self.slower_lr = min(lr, self.recipe.lr)  # which may have been raised since
            self._hub.emit("settings")

    def _settle(self, state: State) -> None:
        """Training came to rest: show the last figures, whatever the throttles say."""
        self._publisher.all()
        self._set_state(state)

    def _set_state(self, state: State) -> None:
        self.state = state
        self._hub.emit("state")
        self._share_time()

    def _keep_run(self, ended: str) -> None:
        run = self.experiment
        if run.history.tests and (run.kept_as is None or ended != "stopped"):
            run.kept_as = self._runs.keep(run.recipe, run.history, run.meter.seconds, ended, run.kept_as)
