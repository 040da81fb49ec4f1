"""What there is to read of the present experiment."""

from __future__ import annotations

from typing import Literal

from nncore.evaluate import Evaluation
from nncore.module import Sequential
from nncore.preprocess import Prepared
from nncore.recipe import Recipe
from nncore.trainer import Trainer
from web.session.data import Pair
from web.session.experiment import Experiment
from web.session.history import History
from web.session.hub import Hub
from web.session.pad import Answerer, Pad
from web.session.progress import Progress

State = Literal["idle", "running", "paused", "finished", "error"]


class Present:
    """The present experiment, its data, and the drawing.

    Attributes:
        state: where training stands.
        error: why it cannot go on and what to do, or None.
        experiment: the present run: recipe, network, trainer, curves.
        train_data, test_data: what it learns and is tested on.
        pad: the drawing, and the networks' answers to it.
        answerer: whose answer counts.
    """

    def __init__(self, hub: Hub, recipe: Recipe, data: Pair) -> None:
        self.state: State = "idle"
        self.error: str | None = None
        self.train_data, self.test_data = data
        self.experiment = Experiment(recipe, *data)
        self.pad = Pad(hub)
        self.pad.set_reader("yours", self.experiment.reader)
        self.answerer: Answerer = "ready-made"

    @property
    def recipe(self) -> Recipe:
        """The settings."""
        return self.experiment.recipe

    @property
    def model(self) -> Sequential:
        """The visitor's own network."""
        return self.experiment.model

    @property
    def trainer(self) -> Trainer:
        """What trains it."""
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
    def evaluation(self) -> Evaluation | None:
        """The network on the whole test set, by the last test or `analyse`; None before the first."""
        return self.experiment.evaluation

    @property
    def evaluated_step(self) -> int:
        """After how many training steps that was."""
        return self.experiment.evaluated_step

    @property
    def drawing(self) -> Prepared | None:
        """The drawing as the visitor's network sees it; None if the pad is empty."""
        return self.pad.prepared(self.train_data.image_shape)
