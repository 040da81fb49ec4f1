"""One recipe made real: its network, its trainer, and the record of the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nncore.data import Dataset
from nncore.recipe import Recipe
from nncore.trainer import EpochEvent, FinishedEvent, StepEvent, TestEvent
from web.session.history import History
from web.session.loop import Event
from web.session.meter import Meter
from web.session.progress import Progress


class Experiment:
    """A run from its first step on; `take` turns the trainer's events into history and progress."""

    def __init__(self, recipe: Recipe, train_data: Dataset, test_data: Dataset) -> None:
        self.recipe = recipe
        self.trainer = recipe.build_trainer(train_data, test_data)
        self.model = self.trainer.model
        self.history = History()
        self.meter = Meter()
        self.progress = Progress(epochs=recipe.epochs)
        self.finished: str | None = None  # the trainer's reason, once it has ended
        self._events: Iterator[Event] | None = None

    @property
    def events(self) -> Iterator[Event]:
        """The trainer's events, taken up where they were left."""
        if self._events is None:
            self._events = self.trainer.events()
        return self._events

    def take(self, event: Event) -> None:
        """Record one event."""
        if isinstance(event, StepEvent):
            self._take_step(event)
        elif isinstance(event, TestEvent):
            self.progress = replace(self.progress, step=event.step, steps=event.steps, testing=True)
        elif isinstance(event, EpochEvent):
            self.history.add_test(event.epoch, event.test_loss, event.test_accuracy)
            self.progress = replace(
                self.progress, testing=False, test_loss=event.test_loss, test_accuracy=event.test_accuracy
            )
        elif isinstance(event, FinishedEvent):
            self.finished = event.reason
            self._events = None
            self.progress = replace(self.progress, testing=False, seconds_left=None)

    def _take_step(self, event: StepEvent) -> None:
        behind = event.epoch - 1 + event.step / event.steps
        self.history.add_step(behind, event.loss, event.accuracy, event.lr, event.grad_norm)
        self.finished = None
        loss, accuracy = self.history.smooth
        self.progress = replace(
            self.progress,
            epoch=event.epoch,
            step=event.step,
            steps=event.steps,
            global_step=event.global_step,
            loss=loss,
            accuracy=accuracy,
            testing=False,
        )

    def rest(self, seconds: float, steps: int) -> None:
        """Note a slice of training: how long it took and how many steps it made."""
        self.meter.add(seconds, steps, testing=self.progress.testing)
        epochs_left = self.progress.epochs - self.progress.epoch
        steps_left = epochs_left * self.progress.steps
        if not self.progress.testing:
            steps_left += self.progress.steps - self.progress.step
        left = self.meter.left(steps_left, epochs_left + 1)
        self.progress = replace(
            self.progress, speed=self.meter.speed, seconds=self.meter.seconds, seconds_left=left
        )
