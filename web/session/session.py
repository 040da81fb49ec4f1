"""The one owner of the dashboard's state. Views read it; users' actions arrive as its commands."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from nncore.checkpoint import Checkpoint
from nncore.errors import CheckpointError, DivergenceError, RecipeError
from nncore.evaluate import Evaluation
from nncore.events import EpochEvent, Event
from nncore.module import Sequential
from nncore.recipe import Recipe
from web.session.data import Pair, Source
from web.session.evaluation import evaluate_in_slices
from web.session.experiment import Experiment, Past
from web.session.hand import Hand
from web.session.hub import Hub, Topic
from web.session.jobs import Jobs
from web.session.library import Library
from web.session.loop import Goal, Loop
from web.session.pad import Answerer
from web.session.present import Present, State
from web.session.publisher import Publisher
from web.session.runs import RunBook


class Session(Present):
    """A recipe, its data, its network, and the training of it.

    Plain Python: nothing here knows of a browser. Commands return at once; training goes on in an asyncio
    task of slices under 30 ms, other long computations through `jobs`. Attributes and properties are for
    reading (see also `Present`); `subscribe` tells when to read them again.

    Attributes:
        library: the data sets, and the loading of another one.
        runs: runs kept for comparison.
        hand: the visitor's own labelled drawings.
        jobs: other long computations, in slices.
    """

    def __init__(self, source: Source | None = None, recipe: Recipe | None = None) -> None:
        self._hub = Hub()
        self.library = Library(self._hub, source)
        super().__init__(self._hub, recipe or Recipe(), self.library["digits"])
        self.runs = RunBook(self._hub)
        self.hand = Hand(self._hub)
        self.jobs = Jobs()
        self._loop = Loop(self._take, self._rest, self._ended)
        self._publisher = Publisher(self._hub, lambda: self.pad.ask("yours"))
        self._waiting: Goal | None = None  # asked for while data are loading
        self._track_gradient = False
        self._analyse_after = 0.0  # when a sparing analysis may begin

    def subscribe(self, topic: Topic, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback()` on every `topic` (see `web.session.hub.Topic`); returns the unsubscriber."""
        return self._hub.subscribe(topic, callback)

    # -- training ----------------------------------------------------------------------------------------

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
        self._waiting = None
        if self.state == "running":
            self._loop.stop()
            self._settle("paused")

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
        if self.library.loading:
            self._waiting = goal
            return
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

    # -- settings and data -------------------------------------------------------------------------------

    def configure(self, **changes: Any) -> None:
        """Change settings: live ones at once and in mid-run, any other by beginning anew.

        Another `dataset` is fetched in the background first; until it is there all goes on as before.

        Raises:
            RecipeError: a setting does not fit; nothing is changed then.
        """
        recipe = self.recipe.replace(**changes)
        if recipe.dataset != self.recipe.dataset:
            self._waiting = None
            self.library.fetch(recipe.dataset, lambda: self._data_arrived(changes))
        elif recipe != self.recipe:
            if not self.experiment.apply(recipe):
                self._rebuild(recipe)
            self._hub.emit("settings")

    def open(self, saved: Checkpoint, past: Past | None = None) -> None:
        """Go on with a saved network, with its run if that was saved with it, and with its curves.

        Its data set is fetched first if need be; what does not fit is told in `library.error`.
        """
        if saved.recipe.dataset == "own" and "own" not in self.library.names:
            self.library.fail(
                "This network was trained on data of your own: open those first, then the network."
            )
            return
        self.library.fetch(saved.recipe.dataset, lambda: self._open(saved, past))

    def use_own_data(self, data: Pair) -> None:
        """Train on a visitor's own data from now on.

        Raises:
            RecipeError: the network of the present settings cannot read such images; nothing is changed then.
        """
        self._rebuild(self.recipe.replace(dataset="own"), data)
        self.library.put("own", data)
        self._hub.emit("settings", "drawing")

    def _data_arrived(self, changes: dict[str, Any]) -> None:
        recipe = self.recipe.replace(**changes)
        try:
            self._rebuild(recipe, self.library[recipe.dataset])
        except RecipeError as error:
            self.library.fail(str(error))
            return
        self._hub.emit("data", "settings", "drawing")
        goal, self._waiting = self._waiting, None
        if goal:
            self._go(goal)

    def _open(self, saved: Checkpoint, past: Past | None) -> None:
        data = self.library[saved.recipe.dataset]
        try:
            experiment = Experiment.restored(saved, data, past)
        except CheckpointError as error:
            self.library.fail(str(error))
            return
        self._install(experiment, data)
        self._hub.emit("data", "settings", "drawing")

    def _rebuild(self, recipe: Recipe, data: Pair | None = None) -> None:
        data = data or (self.train_data, self.test_data)
        self._install(Experiment(recipe, *data), data)  # a refused recipe changes nothing

    def _install(self, experiment: Experiment, data: Pair) -> None:
        self._loop.stop()
        self._keep_run("stopped")
        self.train_data, self.test_data = data
        self.experiment = experiment
        self.trainer.track_grad_norm = self._track_gradient
        self.error = self.evaluation = None
        self.jobs.cancel("evaluation")
        self.pad.set_reader("yours", experiment.reader)
        self._hub.emit("model")
        self._settle("finished" if experiment.over else "paused" if experiment.progress.epoch else "idle")

    def _keep_run(self, ended: str) -> None:
        run = self.experiment
        if run.history.tests and (run.kept_as is None or ended != "stopped"):
            run.kept_as = self.runs.keep(run.recipe, run.history, run.meter.seconds, ended, run.kept_as)

    # -- the drawing and the test set ----------------------------------------------------------------------

    def show_image(self, image: npt.NDArray[np.uint8], label: int | None = None) -> None:
        """Put an image (h, w) of the data set on the pad; `label` is what it shows."""
        self.pad.show(image.astype(np.float32) / self.train_data.max_value, label)

    def set_answerer(self, answerer: Answerer) -> None:
        """Ask the ready-made network, or the visitor's own."""
        self.answerer = answerer
        self._hub.emit("prediction")

    def analyse(self, *, sparingly: bool = False) -> None:
        """Ask the network, as it is now, about every test image, in slices; then "analysis" is emitted.

        Nothing happens while an earlier analysis is under way, or, if done sparingly, until training has had
        ten times as long as that took.
        """
        began = time.perf_counter()
        if self.jobs.running("evaluation") or (sparingly and began < self._analyse_after):
            return
        model, step = self.model, self.progress.global_step
        frozen = copy.deepcopy(model)  # training may go on meanwhile
        work = evaluate_in_slices(frozen, self.trainer.criterion, self.test_data)
        self.jobs.start("evaluation", work, lambda found: self._analysed(model, found, step, began))

    def _analysed(self, model: Sequential, found: Evaluation, step: int, began: float) -> None:
        ended = time.perf_counter()
        self._analyse_after = ended + 10 * (ended - began)
        if model is self.model:
            self.evaluation, self.evaluated_step = found, step
            self._hub.emit("analysis")
