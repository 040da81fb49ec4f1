"""The one owner of the dashboard's state. Views read it; users' actions arrive as its commands."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from nncore.data import Dataset
from nncore.errors import DivergenceError
from nncore.module import Module
from nncore.preprocess import Prepared, Steps
from nncore.recipe import Recipe
from nncore.trainer import EpochEvent, Trainer
from web.session.experiment import Experiment
from web.session.history import History
from web.session.hub import Hub, Topic
from web.session.jobs import Jobs
from web.session.loop import Event, Goal, Loop
from web.session.pad import Answerer, Drawing, Pad
from web.session.predict import probabilities, probabilities_in_slices
from web.session.progress import Progress
from web.session.runs import RunBook
from web.session.throttle import Throttle

State = Literal["idle", "running", "paused", "finished", "error"]
Array = npt.NDArray[np.floating]


class Session:
    """A recipe, its data, its network, and the training of it.

    Plain Python: nothing here knows of a browser. Commands return at once; training goes on in an asyncio
    task of slices under 30 ms, other long computations through `jobs`. Attributes and properties are for
    reading; `subscribe` tells when to read them again.
    """

    def __init__(self, recipe: Recipe, train_data: Dataset, test_data: Dataset) -> None:
        self.state: State = "idle"
        self.error: str | None = None  # what went wrong and what to do
        self.train_data = train_data
        self.test_data = test_data
        self.experiment = Experiment(recipe, train_data, test_data)
        self.runs = RunBook()
        self.pad = Pad()
        self.ready_made: Module | None = None  # the shipped network; it wants 28 x 28
        self.answerer: Answerer = "ready-made"
        self.answers: dict[Answerer, Array] = {}  # probabilities (classes,) for the drawing
        self.test_probabilities: Array | None = None  # (N, classes), by the last `analyse`
        self.jobs = Jobs()
        self._hub = Hub()
        self._loop = Loop(self._take, self._rest, self._ended)
        self._throttles: dict[Topic, Throttle] = {"progress": Throttle(0.12), "weights": Throttle(0.5)}

    # -- reading -----------------------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe:
        """The settings."""
        return self.experiment.recipe

    @property
    def model(self) -> Module:
        """The user's network."""
        return self.experiment.model

    @property
    def trainer(self) -> Trainer:
        """What trains the network."""
        return self.experiment.trainer

    @property
    def history(self) -> History:
        """The curves of the present run."""
        return self.experiment.history

    @property
    def progress(self) -> Progress:
        """Where the present run stands."""
        return self.experiment.progress

    @property
    def drawing(self) -> Prepared | None:
        """The drawing as the user's network sees it; None if the pad is empty."""
        return self.pad.prepared(self.train_data.images.shape[-1])

    @property
    def answer(self) -> Array | None:
        """Probabilities (classes,) by the network that is asked; None if the pad is empty."""
        return self.answers.get(self.answerer)

    def subscribe(self, topic: Topic, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback()` on every `topic` (see `web.session.hub.Topic`); returns the unsubscriber."""
        return self._hub.subscribe(topic, callback)

    # -- training ----------------------------------------------------------------------------------------

    def train(self) -> None:
        """Train to the end of the last epoch; after the end, begin anew."""
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
            self._settle("paused")

    def reset(self) -> None:
        """Begin anew with the same settings; a run of at least one epoch is kept."""
        self._rebuild(self.recipe)

    def _go(self, goal: Goal) -> None:
        if self.state in ("finished", "error"):
            self.reset()
        self.error = None
        self._set_state("running")
        self._loop.start(self.experiment.events, goal)

    def _take(self, event: Event) -> None:
        self.experiment.take(event)
        if isinstance(event, EpochEvent):
            self._hub.emit("epoch")

    def _rest(self, seconds: float, steps: int) -> None:
        self.experiment.rest(seconds, steps)
        for topic, throttle in self._throttles.items():
            start = time.perf_counter()
            if throttle.due(start):
                self._publish(topic)
                now = time.perf_counter()
                throttle.done(now, now - start)

    def _ended(self, error: Exception | None) -> None:
        if error is not None:
            if not isinstance(error, DivergenceError):
                raise error
            self.error = str(error)
        self._settle("error" if error else "finished" if self.experiment.finished else "paused")

    def _publish(self, topic: Topic) -> None:
        if topic == "progress":
            self._ask("yours")
        self._hub.emit(topic)

    def _settle(self, state: State) -> None:
        """Training came to rest: show the last figures whatever the throttles say."""
        for topic in self._throttles:
            self._publish(topic)
        self._set_state(state)

    def _set_state(self, state: State) -> None:
        self.state = state
        self._hub.emit("state")

    # -- settings and data -------------------------------------------------------------------------------

    def configure(self, **changes: Any) -> None:
        """Change settings: live ones at once and in mid-run, any other by beginning anew.

        Raises:
            ValueError: a setting does not fit; nothing is changed then.
        """
        recipe = self.recipe.replace(**changes)
        if recipe == self.recipe:
            return
        if not self.experiment.apply(recipe):
            self._rebuild(recipe)
        self._hub.emit("settings")

    def use_data(self, train_data: Dataset, test_data: Dataset, **changes: Any) -> None:
        """Train on other data from now on, beginning anew, with `changes` of the settings."""
        self.train_data, self.test_data = train_data, test_data
        self._rebuild(self.recipe.replace(**changes))
        self._hub.emit("data", "settings", "drawing")

    def _rebuild(self, recipe: Recipe) -> None:
        self._loop.stop()
        self._keep_run()
        self.experiment = Experiment(recipe, self.train_data, self.test_data)
        self.error = None
        self.test_probabilities = None
        self._hub.emit("model")
        self._settle("idle")

    def _keep_run(self) -> None:
        run = self.experiment
        if run.history.tests:
            self.runs.add(run.recipe, run.history, run.meter.seconds, run.finished or "stopped")
            self._hub.emit("runs")

    # -- the drawing -------------------------------------------------------------------------------------

    def draw(self, drawing: Drawing) -> None:
        """Put strokes, or ink (H, W) in 0..1, on the pad; an empty list clears it."""
        self.pad.draw(drawing)
        self._drawing_changed()

    def show_image(self, image: npt.NDArray[np.uint8], label: int | None = None) -> None:
        """Put an image of the data set, uint8 (H, W), on the pad."""
        self.pad.show(image.astype(np.float32) / self.train_data.max_value, label)
        self._drawing_changed()

    def set_steps(self, steps: Steps) -> None:
        """Switch steps of the preparation on or off."""
        self.pad.set_steps(steps)
        self._drawing_changed()

    def set_answerer(self, answerer: Answerer) -> None:
        """Ask the ready-made network, or the user's own."""
        self.answerer = answerer
        self._hub.emit("prediction")

    def set_ready_made(self, model: Module) -> None:
        """Take the shipped network into service."""
        self.ready_made = model
        self._ask("ready-made")

    def weights_changed(self) -> None:
        """Say that something other than the training loop changed the user's network."""
        self._publish("weights")
        self._ask("yours")

    def _drawing_changed(self) -> None:
        self._hub.emit("drawing")
        self._ask("ready-made", "yours")

    def _ask(self, *who: Answerer) -> None:
        networks = {"ready-made": (self.ready_made, 28), "yours": (self.model, self.train_data.images.shape[-1])}
        for answerer in who:
            model, size = networks[answerer]
            prepared = self.pad.prepared(size)
            if model is None or prepared is None:
                self.answers.pop(answerer, None)
            else:
                self.answers[answerer] = probabilities(model, prepared.image[None, None])[0]
        if who:
            self._hub.emit("prediction")

    # -- a look at the whole test set ----------------------------------------------------------------------

    async def analyse(self) -> None:
        """Ask the user's network about every test image, in slices; then "analysis" is emitted.

        Does nothing while an analysis is under way.
        """
        if self.jobs.running("analysis"):
            return
        model = self.model
        work = probabilities_in_slices(model, self.test_data.images, self.test_data.max_value)
        found = await self.jobs.run("analysis", work)
        if found is not None and model is self.model:
            self.test_probabilities = found
            self._hub.emit("analysis")
