"""The one owner of the dashboard's state. Views read it; users' actions arrive as its commands."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import numpy.typing as npt

from nncore.checkpoint import Checkpoint
from nncore.errors import CheckpointError, RecipeError
from nncore.evaluate import Evaluation
from nncore.recipe import Recipe
from web.session.data import Pair, Source
from web.session.evaluation import evaluate_in_slices
from web.session.experiment import Experiment, Past
from web.session.hand import Hand
from web.session.hub import Hub
from web.session.library import Library
from web.session.loop import Goal
from web.session.pad import Answerer
from web.session.training import Training


class Session(Training):
    """All that the dashboard knows: the experiment and its training, the data, the drawings.

    Plain Python: nothing here knows of a browser. Commands return at once; what takes time goes on in slices.
    Attributes and properties are for reading (see also `Training` and `Present`); `subscribe` tells when to
    read them again.

    Attributes:
        library: the data sets, and the loading of another one.
        hand: the visitor's own labelled drawings.
    """

    def __init__(self, source: Source | None = None, recipe: Recipe | None = None) -> None:
        hub = Hub()
        self.library = Library(hub, source)
        super().__init__(hub, recipe or Recipe(), self.library["digits"])
        self.hand = Hand(hub)
        self._waiting: Goal | None = None  # asked for while data are loading

    def pause(self) -> None:
        """Stop after the batch under way, and do not start when data arrive."""
        self._waiting = None
        super().pause()

    def _go(self, goal: Goal) -> None:
        if self.library.loading:
            self._waiting = goal
        else:
            super()._go(goal)

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

    # -- the drawing and the test set ----------------------------------------------------------------------

    def show_image(self, image: npt.NDArray[np.uint8]) -> None:
        """Put an image (h, w) of the data set on the pad."""
        self.pad.show(image.astype(np.float32) / self.train_data.max_value)

    def set_answerer(self, answerer: Answerer) -> None:
        """Ask the ready-made network, or the visitor's own."""
        self.answerer = answerer
        self._hub.emit("prediction")

    def analyse(self) -> None:
        """Ask the network, as it is now, about every test image, in slices; then "analysis" is emitted.

        Nothing happens while an earlier analysis is under way. Every epoch's own test is an analysis too.
        """
        if self.jobs.running("evaluation"):
            return
        experiment, step = self.experiment, self.progress.global_step
        frozen = copy.deepcopy(self.model)  # training may go on meanwhile
        work = evaluate_in_slices(frozen, self.trainer.criterion, self.test_data)
        self.jobs.start("evaluation", work, lambda found: self._analysed(experiment, found, step))

    def _analysed(self, experiment: Experiment, found: Evaluation, step: int) -> None:
        if step >= experiment.evaluated_step:
            experiment.evaluation, experiment.evaluated_step = found, step
            self._hub.emit("analysis")
