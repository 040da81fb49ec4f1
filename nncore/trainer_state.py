"""Where a run stands, and when it stops early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

PHASES = ("train", "test", "epoch", "last", "done")
REASONS = ("epochs", "early stopping")
WORDS = {int: "whole number of at least 0", float: "finite number", str: "text"}
MOST = 2**53  # whole numbers that a float still tells apart


@dataclass(frozen=True)
class EarlyStopping:
    """Stop when the test accuracy has not risen by more than `min_delta` (0..1) for `patience` epochs."""

    patience: int = 5
    min_delta: float = 0.0


@dataclass
class Progress:
    """Where a run stands: plain numbers, saved with it.

    The sums and counts are over the samples of the epoch under way.
    """

    phase: str = "train"  # 'train', 'test', 'epoch' (report due), 'last' (final report due) or 'done'
    reason: str = "epochs"
    epoch: int = 0  # complete epochs
    step: int = 0  # batches done in this epoch
    global_step: int = 0
    test_step: int = 0
    loss_sum: float = 0.0
    correct: int = 0
    seen: int = 0
    test_loss_sum: float = 0.0
    test_correct: int = 0
    test_seen: int = 0
    best: float = -1.0
    epochs_since_best: int = 0

    def state_dict(self) -> dict[str, NDArray]:
        """All fields as arrays of one value."""
        return {name: np.asarray(value) for name, value in vars(self).items()}

    @classmethod
    def from_state_dict(cls, state: Mapping[str, NDArray]) -> Progress:
        """What `state_dict` returned; ValueError for a field that is missing, unknown, or no such number."""
        expected = {field.name: type(field.default) for field in fields(cls)}
        if different := sorted(expected.keys() ^ state.keys()):
            raise ValueError(f"progress: got the fields {sorted(state)}, expected others: {different}")
        progress = cls(**{name: _value(name, state[name], kind) for name, kind in expected.items()})
        if progress.phase not in PHASES or progress.reason not in REASONS:
            raise ValueError(
                f"progress: got phase {progress.phase!r} and reason {progress.reason!r}, expected one of "
                f"{', '.join(PHASES)} and one of {', '.join(REASONS)}"
            )
        return progress

    def add_step(self, loss: float, correct: int, seen: int) -> None:
        """Count a training batch of `seen` samples, with their mean `loss`."""
        self.step += 1
        self.global_step += 1
        self.loss_sum += loss * seen
        self.correct += correct
        self.seen += seen

    def add_test(self, loss: float, correct: int, seen: int) -> None:
        """Count a slice of the test data, of `seen` samples with their mean `loss`."""
        self.test_step += 1
        self.test_loss_sum += loss * seen
        self.test_correct += correct
        self.test_seen += seen

    def next_epoch(self) -> None:
        """The epoch is complete: count it, and begin the sums of the next."""
        self.epoch += 1
        self.step = self.test_step = self.correct = self.seen = self.test_correct = self.test_seen = 0
        self.loss_sum = self.test_loss_sum = 0.0

    def out_of_patience(self, early_stopping: EarlyStopping | None) -> bool:
        """Whether there were too many epochs without a better test accuracy."""
        return early_stopping is not None and self.epochs_since_best >= early_stopping.patience

    def watch(self, accuracy: float, early_stopping: EarlyStopping | None) -> None:
        """Compare the epoch's test accuracy (0..1) with the best so far; change `reason` if that is all."""
        margin = early_stopping.min_delta if early_stopping else 0.0
        if accuracy > self.best + margin:
            self.best, self.epochs_since_best = accuracy, 0
        else:
            self.epochs_since_best += 1
        if self.out_of_patience(early_stopping):
            self.reason = "early stopping"


def _value(name: str, array: NDArray, kind: type) -> Any:
    """The one value of an array as int, float or str; of the whole numbers none is negative."""
    if array.shape == () and array.dtype.kind in {int: "iu", float: "iuf", str: "U"}[kind]:
        value = kind(array.item())
        if kind is str or (np.isfinite(value) if kind is float else 0 <= value < MOST):
            return value
    raise ValueError(f"progress.{name}: got {array.dtype} of shape {array.shape}, expected one {WORDS[kind]}")
