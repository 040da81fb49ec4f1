"""What a `Trainer` reports while it works: small immutable records.

Epochs, steps and global steps count from 1; losses are means over samples; accuracies lie between 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array


@dataclass(frozen=True)
class StepEvent:
    """One batch was trained on.  Loss and accuracy are this batch's, before the update.

    `grad_norm` is the Euclidean norm of all gradients, if the trainer's `track_grad_norm` is set.
    """

    epoch: int
    step: int
    steps: int
    global_step: int
    loss: float
    accuracy: float
    lr: float
    grad_norm: float | None = None


@dataclass(frozen=True)
class TestEvent:
    """One slice of the test data was evaluated; `correct`, `seen` and `loss` cover all slices so far.

    `output` `(n, k)` is what the network made of this slice alone.
    """

    __test__ = False  # not a test case, whatever pytest makes of the name

    epoch: int
    step: int
    steps: int
    correct: int
    seen: int
    loss: float
    output: Array = field(compare=False, repr=False)


@dataclass(frozen=True)
class EpochEvent:
    """An epoch and its test are complete.

    `train_loss` and `train_accuracy` are means over the epoch's batches, each taken before its update.
    `confusion[t, p]` counts test images of class t that were taken for p.  Without test data the last three
    are None.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float | None = None
    test_accuracy: float | None = None
    confusion: NDArray[np.int64] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class FinishedEvent:
    """Training is over; `reason` is 'epochs' (all done) or 'early stopping'."""

    reason: str


Event: TypeAlias = StepEvent | TestEvent | EpochEvent | FinishedEvent
