"""Training as a sequence of small events.

`Trainer.advance` does the next piece of work, one batch or one slice of the test set, and reports it.
Everything it needs to know is in the trainer, not in a running function: one may stop after any event, look,
change the learning rate, save, and go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import below, prefixed
from nncore.data.dataset import Dataset
from nncore.data.loader import Augment, DataLoader, Shuffle
from nncore.divergence import first_nonfinite
from nncore.errors import DivergenceError, RecipeError
from nncore.events import EpochEvent, Event, FinishedEvent, StepEvent, TestEvent
from nncore.losses import Loss
from nncore.metrics import confusion_matrix
from nncore.module import Module
from nncore.ops import Array
from nncore.optim import Optimizer, clip_grad_norm
from nncore.rng_state import restore_rngs, rng_states
from nncore.schedules import Schedule
from nncore.trainer_state import EarlyStopping, Progress

__all__ = ["EarlyStopping", "Progress", "Trainer"]


class Trainer:
    """Trains a model on a data set and tests it after every epoch.

    Parameters
    ----------
    model, criterion, optimizer
    train_data : Dataset
    test_data : Dataset or None
    batch_size, test_batch_size : int   samples per step, and per slice of the evaluation
    epochs : int                        may be changed while training
    schedule : Schedule, optional       see `nncore.schedules`
    augment : callable, optional        see `nncore.data.augment`
    early_stopping : EarlyStopping, optional
    shuffle, drop_last, seed            see `DataLoader`
    clip_norm : float                   see `clip_grad_norm`; 0 clips nothing; may be changed while training

    Attributes
    ----------
    progress : Progress                 where the run stands
    track_grad_norm : bool              report the gradient's norm with every step (default: no)
    """

    def __init__(
        self,
        model: Module,
        criterion: Loss,
        optimizer: Optimizer,
        train_data: Dataset,
        test_data: Dataset | None = None,
        *,
        batch_size: int = 64,
        test_batch_size: int = 1000,
        epochs: int = 30,
        schedule: Schedule | None = None,
        augment: Augment | None = None,
        early_stopping: EarlyStopping | None = None,
        shuffle: Shuffle = "epoch",
        drop_last: bool = False,
        clip_norm: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.model, self.criterion, self.optimizer = model, criterion, optimizer
        self.epochs, self.schedule, self.early_stopping = epochs, schedule, early_stopping
        dtype = model.parameters()[0].data.dtype
        self.loader = DataLoader(
            train_data,
            batch_size,
            shuffle=shuffle,
            drop_last=drop_last,
            augment=augment,
            seed=seed,
            dtype=dtype,
        )
        if len(self.loader) == 0:
            raise RecipeError(
                f"Trainer: got {len(train_data)} training images for batches of {batch_size}, expected at "
                "least one batch; lower batch_size or set drop_last=False"
            )
        self.test_loader = DataLoader(test_data, test_batch_size, dtype=dtype) if test_data else None
        self.num_classes = train_data.num_classes
        self.confusion: NDArray[np.int64] = np.zeros((self.num_classes, self.num_classes), np.int64)
        self.progress = Progress()
        self.clip_norm = clip_norm
        self.track_grad_norm = False

    # ------------------------------------------------------------------------------------ events

    def events(self) -> Iterator[Event]:
        """Events up to the end of training; may be left at any point and called again to go on from there."""
        while (event := self.advance()) is not None:
            yield event

    def __iter__(self) -> Iterator[Event]:
        return self.events()

    @property
    def over(self) -> bool:
        """Whether `advance` has nothing left to do: the epochs are done, or it stopped early.

        More `epochs`, or more patience, and it goes on.
        """
        return self.progress.phase == "done" and self._complete

    @property
    def _complete(self) -> bool:
        p = self.progress
        stopped = p.reason == "early stopping" and p.out_of_patience(self.early_stopping)
        return stopped or p.epoch >= self.epochs

    def advance(self) -> Event | None:
        """Do the next piece of work and report it; None when training is over.

        Raises DivergenceError if the loss is not finite.
        """
        p = self.progress
        if p.phase in ("last", "done") and not self._complete:
            p.phase, p.reason = "train", "epochs"  # more epochs were asked for since, or more patience
        if p.phase == "train" and p.epoch >= self.epochs:
            p.phase = "last"
        if p.phase == "train":
            return self._train_step()
        if p.phase == "test":
            return self._test_step()
        if p.phase == "epoch":
            return self._end_epoch()
        if p.phase == "last":
            p.phase = "done"
            return FinishedEvent(p.reason)
        return None

    def _train_step(self) -> StepEvent:
        p = self.progress
        x, y = self.loader.batch(p.epoch, p.step)
        steps = len(self.loader)
        if self.schedule is not None:
            self.optimizer.lr_factor = self.schedule(p.epoch + p.step / steps, self.epochs)
        lr = self.optimizer.effective_lr
        if not self.model.training:
            self.model.train()
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # seen below, in the loss
            output = self.model(x)
            loss = self._finite(self.criterion(output, y), x, p.global_step + 1)
            self.optimizer.zero_grad()
            self.model.backward_params(self.criterion.backward())
            norm = self._grad_norm()
            if observe := getattr(self.optimizer, "observe_batch", None):
                observe(loss, len(y))  # for steps that depend on more than gradients: `NotebookSGD`
            self.optimizer.step()
        correct = int(np.count_nonzero(output.argmax(axis=1) == y))
        p.add_step(loss, correct, len(y))
        if p.step == steps:
            p.phase = "epoch" if self.test_loader is None else "test"
        return StepEvent(p.epoch + 1, p.step, steps, p.global_step, loss, correct / len(y), lr, norm)

    def _finite(self, loss: float, x: Array, step: int) -> float:
        """The loss of batch x, or DivergenceError."""
        if not np.isfinite(loss):
            raise DivergenceError(first_nonfinite(self.model, x), step, loss)
        return float(loss)  # which one of one's own may give as a number of NumPy's

    def _test_step(self) -> TestEvent:
        p = self.progress
        assert self.test_loader is not None
        x, y = self.test_loader.batch(0, p.test_step)
        if self.model.training:
            self.model.eval()
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            output = self.model(x)
            loss = self._finite(self.criterion(output, y), x, p.global_step)
        predictions = output.argmax(axis=1)
        self.confusion += confusion_matrix(y, predictions, self.num_classes)
        p.add_test(loss, int(np.count_nonzero(predictions == y)), len(y))
        steps = len(self.test_loader)
        if p.test_step == steps:
            p.phase = "epoch"
        mean_loss = p.test_loss_sum / p.test_seen
        return TestEvent(p.epoch + 1, p.test_step, steps, p.test_correct, p.test_seen, mean_loss, output)

    def _end_epoch(self) -> EpochEvent:
        p = self.progress
        event = EpochEvent(p.epoch + 1, p.loss_sum / p.seen, p.correct / p.seen)
        if p.test_seen:
            loss, accuracy = p.test_loss_sum / p.test_seen, p.test_correct / p.test_seen
            event = replace(event, test_loss=loss, test_accuracy=accuracy, confusion=self.confusion.copy())
            p.watch(accuracy, self.early_stopping)
        p.next_epoch()
        self.confusion[...] = 0
        p.phase = "last" if p.reason == "early stopping" or p.epoch >= self.epochs else "train"
        return event

    def _grad_norm(self) -> float | None:
        """Euclidean norm of all gradients before they are clipped, if anybody wants to know it.

        Else the step may leave them uncomputed.
        """
        if not (self.clip_norm or self.track_grad_norm):
            return None
        norm = clip_grad_norm(self.optimizer.params, self.clip_norm or np.inf)
        return norm if self.track_grad_norm else None

    # ------------------------------------------------------------------------------------- state

    def state_dict(self) -> dict[str, NDArray]:
        """Plain arrays from which `load_state_dict` of a trainer built alike goes on to the bit."""
        return {
            **prefixed("model.", self.model.state_dict()),
            **prefixed("optimizer.", self.optimizer.state_dict()),
            **prefixed("progress.", self.progress.state_dict()),
            **prefixed("rng.", rng_states(self.model)),
            "confusion": self.confusion.copy(),
            "samples": self._samples(),
        }

    def _samples(self) -> NDArray[np.int64]:
        """How many training and test images there are."""
        return np.array([len(self.loader.dataset), len(self.test_loader.dataset) if self.test_loader else 0])

    def load_state_dict(self, state: dict[str, NDArray]) -> None:
        """Take over the state of a trainer built with the same settings and data.

        Raises ValueError or KeyError if it was built otherwise.
        """
        if not np.array_equal(state["samples"], self._samples()):
            raise ValueError(
                f"got a run on {state['samples']} training and test images, expected {self._samples()}; use "
                "the data it was trained on"
            )
        progress, confusion = Progress.from_state_dict(below("progress.", state)), state["confusion"]
        if confusion.shape != self.confusion.shape or confusion.dtype.kind not in "iu":
            raise ValueError(
                f"got a confusion matrix of shape {confusion.shape} and dtype {confusion.dtype}, expected "
                f"integers of shape {self.confusion.shape}"
            )
        self._check_place(progress)
        self.model.load_state_dict(below("model.", state))
        self.optimizer.load_state_dict(below("optimizer.", state))
        restore_rngs(self.model, below("rng.", state))
        self.progress, self.confusion = progress, confusion.astype(np.int64)

    def _check_place(self, p: Progress) -> None:
        """Raise ValueError unless the next piece of work that `p` points to is there to be done."""
        steps, test_steps = len(self.loader), len(self.test_loader) if self.test_loader else 0
        behind_last = (p.phase == "train" and p.step >= steps) or (
            p.phase == "test" and p.test_step >= test_steps
        )
        if behind_last or (p.phase == "epoch" and not p.seen):
            raise ValueError(
                f"got a run in phase {p.phase!r} at step {p.step} of {steps}, test step {p.test_step} of "
                f"{test_steps}, with {p.seen} samples seen: there is no such place"
            )
