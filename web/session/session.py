"""The one owner of the dashboard's state. Views read it; users' actions arrive as its commands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from nncore.checkpoint import Checkpoint
from nncore.errors import CheckpointError, RecipeError
from nncore.preprocess import Prepared
from nncore.presets import first_for
from nncore.recipe import Recipe
from web.session.analysis import Analysis
from web.session.budget import Budget
from web.session.code import Code
from web.session.course import CourseWork
from web.session.data import Pair, Source
from web.session.experiment import Experiment, Past
from web.session.guess import Guess
from web.session.hand import Hand
from web.session.hub import Hub, Topic
from web.session.jobs import Jobs
from web.session.library import Library
from web.session.loop import Goal
from web.session.outcome import Outcome
from web.session.pad import Pad, Reader
from web.session.pending import Pending
from web.session.race import Race
from web.session.replay import Replay
from web.session.runs import RunBook
from web.session.spot import Spot
from web.session.training import Training
from web.words import _


class Session:
    """All that the dashboard knows, in parts; the commands here are those that concern several of them.

    Plain Python: nothing here knows of a browser. Commands return at once; what takes time goes on in slices.
    What is commanded while a data set is on its way is kept and takes effect when it is there.

    Attributes
    ----------
    library : the data sets, and the loading of another one.
    training : the present experiment and its training.
    replay : the network on show, now or at an earlier moment of its run.
    pad : the drawing, and the networks' answers to it.
    spot : the place in the plane that the network is asked about, where the data are points.
    analysis : the network on the whole test set.
    outcome : what came of a finished run.
    guess : what the visitor expects of a run before it begins.
    runs : runs kept for comparison.
    race : rivals that are trained beside the present run.
    hand : the visitor's own labelled drawings.
    course : the exercises of the course, and the answers to them.
    code : the visitor's own code.
    jobs : other long computations, in slices.
    budget : the time that training leaves to all that shows it.
    """

    def __init__(self, source: Source | None = None, recipe: Recipe | None = None) -> None:
        self._hub = Hub()
        self._pending: Pending | None = None
        self._left: dict[str, Recipe] = {}  # the last settings for each kind of data, by its first preset
        self._stand_in: Experiment | None = None  # in the place of the network of the last visit
        self.budget = Budget()
        self.jobs = Jobs(self.budget)
        self.library = Library(self._hub, source)
        self.runs = RunBook(self._hub)
        recipe = recipe or Recipe()
        self.training = Training(self._hub, self.runs, recipe, self.library[recipe], self.budget)
        self.replay = Replay(self._hub, self.training)
        self.analysis = Analysis(self._hub, self.training, self.replay, self.jobs)
        self.race = Race(self._hub, self.training, self.runs, self.budget)
        self.outcome = Outcome(self._hub, self.training, self.jobs)
        self.guess = Guess(self._hub, self.training)
        self.spot = Spot(self._hub, self.training, self.replay)
        self.pad = Pad(self._hub)
        self.hand = Hand(self._hub)
        self.course = CourseWork(self._hub, self.jobs)
        self.code = Code(self._hub, self.training, self.library, self.jobs)
        self._take_reader()
        self._hub.subscribe("model", self._take_reader)

    def subscribe(self, topic: Topic, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback()` on every `topic` (see `web.session.hub.Topic`); returns the unsubscriber."""
        return self._hub.subscribe(topic, callback)

    @property
    def recipe(self) -> Recipe:
        """The settings that the visitor wants: the present run's, or those of one whose data are coming."""
        return self._pending.recipe if self._pending else self.training.recipe

    @property
    def returning(self) -> bool:
        """Whether the network of the last visit is not in its place yet, and nothing was begun in it."""
        stands_in = self.training.experiment is self._stand_in or self.code.resuming
        return stands_in and self.training.state == "idle"

    @property
    def waiting(self) -> bool:
        """Whether training will start when the data are there."""
        return self._pending is not None and self._pending.goal is not None

    @property
    def drawing(self) -> Prepared | None:
        """The drawing as the visitor's network sees it; None if the pad is empty, or it sees no images."""
        data = self.training.train_data
        return self.pad.prepared(data.image_shape) if data.has_images else None

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

    def go_on_slower(self) -> None:
        """After training diverged: go on from the last sound epoch with a smaller learning rate."""
        self.training.go_on_slower()
        self._hub.emit("settings")

    def pause(self) -> None:
        """Stop after the batch under way, and do not start when data arrive."""
        self._forget_goal()
        self.training.pause()

    def reset(self) -> None:
        """Begin anew with the same settings; a run of at least one epoch is kept."""
        self._forget_goal()
        self.training.reset()

    def _go(self, goal: Goal) -> None:
        if not self._pending:
            self.training.renew()
        if self.guess.open:
            return  # the page asks for it and offers no training until then
        if self._pending:
            self._pending.goal = goal
            self._hub.emit("data")
        else:
            self.training.go(goal)

    def _forget_goal(self) -> None:
        if self.waiting:
            assert self._pending is not None
            self._pending.goal = None
            self._hub.emit("data")

    # -- settings and data -------------------------------------------------------------------------------

    def configure(self, **changes: Any) -> None:
        """Change settings: live ones at once and in mid-run, any other by beginning anew.

        Another `dataset` is fetched in the background first; until it is there all goes on as before, but for
        live settings.

        Raises
        ------
        RecipeError
            a setting does not fit; nothing is changed then.
        """
        recipe = self.recipe.replace(**changes)
        present = self.training.recipe
        if self._pending and recipe.same_data(self._pending.recipe):
            self._pending.recipe = recipe
            self.training.experiment.apply(present.replace(**changes | present.data_settings))
            self._hub.emit("settings")
        elif not recipe.same_data(present):
            self._fetch(recipe, lambda: self.training.rebuild(recipe, self.library[recipe]))
        else:
            if recipe != present:
                self.training.apply(recipe)
            self._settled()
            self._hub.emit("settings")

    def choose_data(self, name: str) -> None:
        """Learn other data. Images and points of the plane each have settings of their own.

        Those that the other kind of data had last come back with it; at first it is a preset.
        """
        recipe, preset = self.recipe, first_for(name)
        if not preset.fits(recipe.dataset):
            self._left[first_for(recipe.dataset).title] = recipe
            recipe = self._left.get(preset.title, preset.recipe)
        self.configure(**recipe.replace(dataset=name).to_dict())

    def open(self, saved: Checkpoint, past: Past | None = None, *, trusted: bool = False) -> None:
        """Go on with a saved network, with its run if that was saved with it, and with its curves.

        Its data set is fetched first if need be; what does not fit is told in `library.error`. If it was made
        with code of somebody's own, that is shown, and the network opens when the visitor has run it; at once
        if it is `trusted`, as what this page kept, and code that was run here before.
        """
        if trusted:
            self._stand_in = self.training.experiment
        if saved.recipe.dataset == "own" and "own" not in self.library.names:
            self.library.fail(
                _("This network was trained on data of your own: open those first, then the network.")
            )
            return

        def begin() -> None:
            data = self.library[saved.recipe]
            if not saved.code:
                self.training.install(Experiment.restored(saved, data, past), data)
                return
            # In its place until the code has run, which is checked with these data.
            self.training.install(Experiment(saved.recipe, *data), data)
            if trusted:
                self.code.resume(saved.code, (saved, past))
            else:
                self.code.bring(saved.code, belongs_to=(saved, past))

        self._fetch(saved.recipe, begin)

    def use_own_data(self, data: Pair) -> None:
        """Train on a visitor's own data from now on.

        Raises
        ------
        RecipeError
            the network of the present settings cannot read such images; nothing is changed then.
        """
        self.training.rebuild(self.recipe.replace(dataset="own"), data)
        self.library.put("own", data)
        self._settled()
        self._hub.emit("settings", "drawing")

    def _fetch(self, recipe: Recipe, begin: Callable[[], None]) -> None:
        goal = self._pending.goal if self._pending else None
        self._pending = Pending(begin, recipe, recipe, goal)
        self.library.fetch(recipe, self._arrived, self._failed)
        if self._pending:  # on its way: the form shows what was asked for
            self._hub.emit("settings")

    def _arrived(self) -> None:
        pending = self._pending
        assert pending is not None
        try:
            pending.begin()
            if pending.recipe != pending.started_as:
                self.training.apply(pending.recipe)
        except (CheckpointError, RecipeError) as error:
            self._pending = None
            self.library.fail(str(error))
        else:
            self._settled()
        self._hub.emit("data", "settings", "drawing")

    def _failed(self) -> None:
        """The data did not come: what else was wanted of the settings applies to the present ones."""
        pending, self._pending = self._pending, None
        assert pending is not None
        if asked := pending.recipe.changes(pending.started_as):
            with suppress(RecipeError):  # what is to be told is why the data did not come
                self.training.apply(self.training.recipe.replace(**asked))
        self._hub.emit("settings")

    def _settled(self) -> None:
        """The wanted experiment is in place: train it if that was asked for meanwhile."""
        pending, self._pending = self._pending, None
        if pending and self.library.loading:
            self.library.cancel()
        if pending and pending.goal:
            self.training.go(pending.goal)

    # -- the drawing -------------------------------------------------------------------------------------

    def show_image(self, image: npt.NDArray[np.uint8]) -> None:
        """Put an image (h, w) of the data set on the pad."""
        self.pad.show(image.astype(np.float32) / self.training.train_data.max_value)

    def _take_reader(self) -> None:
        """Let the network on show answer to drawings, if it is one that sees images."""
        data = self.training.train_data
        if data.has_images:
            reader = Reader(
                data.image_shape,
                lambda image: self.replay.probabilities(image[None, None])[0],
                lambda: self.replay.version,
            )
            self.pad.set_reader("yours", reader)
        else:
            self.pad.remove_reader("yours")
