"""Training: what the buttons do, and what comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from nncore.errors import DivergenceError
from nncore.events import EpochEvent, Event
from nncore.recipe import Recipe
from web.session.data import Pair
from web.session.experiment import Experiment
from web.session.hub import Hub, Topic
from web.session.jobs import Jobs
from web.session.loop import Goal, Loop
from web.session.present import Present, State
from web.session.publisher import Publisher
from web.session.runs import RunBook


class Training(Present):
    """The present experiment, being trained in an asyncio task of slices under 30 ms.

    Attributes:
        runs: runs kept for comparison.
        jobs: other long computations, in slices.
    """

    def __init__(self, hub: Hub, recipe: Recipe, data: Pair) -> None:
        super().__init__(hub, recipe, data)
        self.runs = RunBook(hub)
        self.jobs = Jobs()
        self._hub = hub
        self._loop = Loop(self._take, self._rest, self._ended)
        self._publisher = Publisher(hub, lambda: self.pad.ask("yours"))
        self._track_gradient = False

    def subscribe(self, topic: Topic, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback()` on every `topic` (see `web.session.hub.Topic`); returns the unsubscriber."""
        return self._hub.subscribe(topic, callback)

    def train(self) -> None:
        """Train to the end of the last epoch; when all is done already, begin anew."""
        self._go("finished")

    def step(self) -> None:
        """Train on one batch."""
        self._go("step")

    def step_epoch(self) -> None:
        """Train to the end of the epoch and see the test data."""
        self._go("epoch")

    def pause(self) -> None:
        """Stop after the batch under way."""
        if self.state == "running":
            self._loop.stop()
            self._set_state("paused")  # the answer to the click first, then the last figures
            asyncio.get_running_loop().call_soon(self._publisher.all)

    def reset(self) -> None:
        """Begin anew with the same settings; a run of at least one epoch is kept."""
        self._rebuild(self.recipe)

    def track_gradient(self, on: bool) -> None:
        """Record the gradient's norm with every step, or spare its cost."""
        self._track_gradient = self.trainer.track_grad_norm = on

    def weights_changed(self) -> None:
        """Say that something other than the training loop changed the network."""
        self._publisher.emit("weights")
        self.pad.ask("yours")

    def _go(self, goal: Goal) -> None:
        if self.state == "error" or self.experiment.over:
            self.reset()
        self._set_state("running")
        self._loop.start(self.experiment.events, goal)

    def _take(self, event: Event) -> None:
        self.experiment.take(event)
        if isinstance(event, EpochEvent):
            self._publisher.epoch_ended()

    def _rest(self, seconds: float, steps: int, pause: float) -> None:
        self.experiment.rest(seconds, steps)
        self._publisher.slice_ended(pause)

    def _ended(self, error: Exception | None) -> None:
        if error is not None:
            self.error = str(error)
            self._keep_run("diverged" if isinstance(error, DivergenceError) else "failed")
            self._settle("error")
            if not isinstance(error, DivergenceError):
                raise error  # a fault of the program, not of the settings: it shall be seen
        elif self.experiment.over:
            self._keep_run(self.trainer.progress.reason)
            self._settle("finished")
        else:
            self._settle("paused")

    def _settle(self, state: State) -> None:
        """Training came to rest: show the last figures, whatever the throttles say."""
        self._publisher.all()
        self._set_state(state)

    def _set_state(self, state: State) -> None:
        self.state = state
        self._hub.emit("state")

    def _rebuild(self, recipe: Recipe, data: Pair | None = None) -> None:
        data = data or (self.train_data, self.test_data)
        self._install(Experiment(recipe, *data), data)  # a refused recipe changes nothing

    def _install(self, experiment: Experiment, data: Pair) -> None:
        self._loop.stop()
        self._keep_run("stopped")
        self.train_data, self.test_data = data
        self.experiment = experiment
        self.trainer.track_grad_norm = self._track_gradient
        self.error = None
        self.jobs.cancel("evaluation")
        self.pad.set_reader("yours", experiment.reader)
        self._hub.emit("model")
        self._settle("finished" if experiment.over else "paused" if experiment.progress.epoch else "idle")

    def _keep_run(self, ended: str) -> None:
        run = self.experiment
        if run.history.tests and (run.kept_as is None or ended != "stopped"):
            run.kept_as = self.runs.keep(run.recipe, run.history, run.meter.seconds, ended, run.kept_as)
