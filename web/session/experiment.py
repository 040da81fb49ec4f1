"""One recipe made real: its network, its trainer, and the record of the run."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from math import isnan
from typing import NamedTuple

import numpy as np

from nncore import custom
from nncore.checkpoint import Checkpoint
from nncore.custom import CodeError, Program
from nncore.data import Dataset
from nncore.errors import CheckpointError, RecipeError, ShapeError
from nncore.evaluate import Evaluation
from nncore.events import EpochEvent, Event, FinishedEvent, StepEvent, TestEvent
from nncore.ops import Array
from nncore.recipe import SETTINGS, Recipe
from web.session.health import Health
from web.session.history import History
from web.session.meter import Meter
from web.session.recorder import Moment, Recorder
from web.session.room import check_room
from web.session.run_status import RunStatus
from web.words import _

_versions = itertools.count(1)  # of all networks of this session: no two states share one


class Evaluated(NamedTuple):
    """The test set as one version of the network sees it."""

    evaluation: Evaluation
    version: int
    step: int  # training steps up to then


class Past(NamedTuple):
    """What is to be known of a saved run beside its checkpoint."""

    history: History
    seconds: float  # spent on it
    kept_as: int | None  # its number among the kept runs
    replay: str = ""  # key of its recorder, see `recall`


class Experiment:
    """A run from its first step on; `take` makes history, status and evaluation of the trainer's events.

    Attributes
    ----------
    version : rises with every change of the weights, by whatever cause. What is derived from the network
        (an answer, a picture, a saved file) says from which version, and is stale when that is another.
    kept_as : number of the run among the kept ones, once it is there.
    evaluated : the test set, by the last test or analysis.
    recorder : the weights at many moments of the run.
    program : code of the visitor's own that takes the place of nncore's parts; without any, it has none.
    health : whether it gets anywhere, and where it last stood on sound numbers.
    from_seed : whether it began with the weights that its seed makes, not with those of a file.
    """

    from_seed = True

    def __init__(
        self, recipe: Recipe, train_data: Dataset, test_data: Dataset, program: Program | None = None
    ) -> None:
        check_room(recipe, train_data)
        self.recipe = recipe
        self.program = program or Program("")
        try:
            self.model = custom.build_model(
                recipe, self.program, train_data.sample_shape, train_data.num_classes
            )
            self.trainer = custom.build_trainer(recipe, self.program, train_data, test_data, self.model)
        except CodeError as error:
            raise RecipeError(_("your code, {error}", error=error)) from error
        self.history = History()
        self.meter = Meter()
        self.status = RunStatus(epochs=recipe.epochs)
        self.version = next(_versions)
        self.recorder = Recorder()
        self.kept_as: int | None = None
        self.evaluated: Evaluated | None = None
        self.health = Health()
        self._outputs: list[Array] = []  # of the test under way
        self._record(self.epochs_behind)

    @classmethod
    def restored(
        cls,
        saved: Checkpoint,
        data: tuple[Dataset, Dataset],
        past: Past | None,
        program: Program | None = None,
    ) -> Experiment:
        """The run as it was saved, or a new one with the saved weights if those are all there is.

        `program` is the code that it was trained with, run again.

        Raises
        ------
        CheckpointError
            it was made for images or classes of another kind, or is damaged.
        """
        made_for, have = (saved.image_shape, saved.num_classes), (data[0].sample_shape, data[0].num_classes)
        if made_for != have:
            raise CheckpointError(
                _(
                    "the saved network reads samples of {shape} in {classes} classes, "
                    "the data are {data_shape} in {data_classes}; choose the data it was trained on",
                    shape=made_for[0],
                    classes=made_for[1],
                    data_shape=have[0],
                    data_classes=have[1],
                )
            )
        run = cls(saved.recipe, *data, program)
        if past:
            run.history, run.meter.seconds, run.kept_as = past.history, past.seconds, past.kept_as
        if saved.trainer_state is None:
            try:
                run.model.load_state_dict(saved.weights)
            except (KeyError, ShapeError) as error:
                raise CheckpointError(
                    _("the weights do not fit the saved network: {error}", error=error)
                ) from None
            run.from_seed = False
            run._begins_here()
            return run
        saved.restore(run.trainer)
        run._begins_here(past.replay if past else "")
        stands = run.trainer.progress
        steps = len(run.trainer.loader)
        loss, accuracy = run.history.smooth
        last = run.history.tests[-1] if run.history.tests else None
        between = stands.step == 0 and stands.epoch > 0  # an epoch is complete, the next has not begun
        run.status = run.status._replace(
            epoch=stands.epoch if between else stands.epoch + (stands.global_step > 0),
            step=steps if between else stands.step,
            steps=steps,
            global_step=stands.global_step,
            loss=None if isnan(loss) else loss,
            accuracy=None if isnan(accuracy) else accuracy,
            test_loss=last and last.loss,
            test_accuracy=last and last.accuracy,
            seconds=run.meter.seconds,
        )
        return run

    @property
    def events(self) -> Iterator[Event]:
        """The trainer's events from where it stands."""
        return self.trainer.events()

    @property
    def over(self) -> bool:
        """Whether there is nothing left to train: the epochs are done, or it stopped early."""
        return self.trainer.over

    @property
    def epochs_behind(self) -> float:
        """How many epochs it has trained, fractional."""
        stands = self.trainer.progress
        return stands.epoch + stands.step / len(self.trainer.loader)

    def weights_changed(self) -> None:
        """Note that the weights are no longer what they were."""
        self.version = next(_versions)

    def apply(self, recipe: Recipe) -> bool:
        """Take over changed settings in mid-run if they are all live; say whether that was done."""
        if not all(SETTINGS[name].live for name in recipe.changes(self.recipe)):
            return False
        self.recipe = recipe
        custom.apply_live(recipe, self.program, self.trainer)
        self.status = self.status._replace(epochs=recipe.epochs)
        return True

    def take(self, event: Event) -> None:
        """Record one event."""
        if isinstance(event, StepEvent):
            self._take_step(event)
        elif isinstance(event, TestEvent):
            self._outputs.append(event.output)
            self.status = self.status._replace(step=event.step, steps=event.steps, testing=True)
        elif isinstance(event, EpochEvent):
            self._take_epoch(event)
        elif isinstance(event, FinishedEvent):
            self.status = self.status._replace(seconds_left=None)

    def _take_step(self, event: StepEvent) -> None:
        self.weights_changed()
        behind = event.epoch - 1 + event.step / event.steps
        self.history.add_step(behind, event.loss, event.accuracy, event.lr, event.grad_norm)
        loss, accuracy = self.history.smooth
        self.status = self.status._replace(
            epoch=event.epoch,
            step=event.step,
            steps=event.steps,
            global_step=event.global_step,
            loss=loss,
            accuracy=accuracy,
            testing=False,
        )
        self._record(behind)

    def _take_epoch(self, event: EpochEvent) -> None:
        loss, accuracy, confusion = event.test_loss, event.test_accuracy, event.confusion
        if loss is not None and accuracy is not None and confusion is not None:
            self.history.add_test(event.epoch, loss, accuracy)
            # Not so if the run was resumed in the middle of the test.
            if sum(map(len, self._outputs)) == confusion.sum():
                probabilities = self.trainer.criterion.probabilities(np.concatenate(self._outputs))
                evaluation = Evaluation(loss, accuracy, probabilities, confusion)
                self.evaluated = Evaluated(evaluation, self.version, self.status.global_step)
        self._outputs.clear()
        steps = len(self.trainer.loader)
        self.status = self.status._replace(
            step=steps, steps=steps, testing=False, test_loss=loss, test_accuracy=accuracy
        )
        self.health.epoch_ended(self)

    def rest(self, seconds: float, steps: int) -> None:
        """Note a slice of training: how long it took and how many steps it made."""
        status = self.status
        self.meter.add(seconds, steps, testing=status.testing)
        per_epoch = len(self.trainer.loader)
        epochs_left = max(0, status.epochs - self.trainer.progress.epoch)
        steps_left = epochs_left * per_epoch - self.trainer.progress.step
        left = self.meter.left(steps_left, epochs_left) if epochs_left else None
        self.status = status._replace(speed=self.meter.speed, seconds=self.meter.seconds, seconds_left=left)

    def recall(self, moments: Iterable[Moment]) -> None:
        """Take back moments of this run that were kept elsewhere."""
        known = (moment for moment in moments if moment.fits(self.model))
        self.recorder.recall(moment._replace(version=next(_versions)) for moment in known)

    def _begins_here(self, key: str = "") -> None:
        """The weights come from elsewhere: what was before them only `recall` can tell."""
        self.weights_changed()
        self.recorder = Recorder(key=key)
        self._record(self.epochs_behind)

    def _record(self, behind: float) -> None:
        self.recorder.offer(self.trainer.progress.global_step, behind, self.version, self.model)
