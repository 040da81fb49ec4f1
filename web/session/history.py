"""The curves of one run: the whole run in a bounded number of points."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

COLUMNS = ("epoch", "loss", "accuracy", "loss_smooth", "accuracy_smooth", "lr", "grad_norm")
CAPACITY = 1024  # points; when reached, neighbours are merged and half of them remain
SMOOTHING = 0.98  # most that the moving average keeps of its past at each step


class Point(NamedTuple):
    """One point of the test curves."""

    epoch: float
    loss: float
    accuracy: float


class History:
    """Training curves with one point for every `stride` steps, and one test point per epoch.

    A run of any length keeps between `CAPACITY / 2` and `CAPACITY` points: when they are full, each pair
    of neighbours becomes its mean and the stride doubles. Nothing is ever cut off, so the start of the
    curve, its most telling part, stays. The smoothed curve is an exponential moving average over every single
    step, sampled at the points; it spans about a tenth of the steps so far, fifty at most, so that it does
    not lag behind where the curve is steep.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        if capacity < 4 or capacity % 2:
            raise ValueError(f"History: got capacity={capacity}, expected an even number of at least 4")
        self.capacity = capacity
        self.stride = 1
        self.thinned = 0  # how often neighbours were merged: a view then redraws instead of appending
        self.tests: list[Point] = []
        self._points: list[tuple[float, ...]] = []
        self._bucket: list[tuple[float, float, float, float]] = []
        self._steps = 0
        self._smooth = (math.nan, math.nan)  # loss and accuracy

    def __len__(self) -> int:
        """Number of training points."""
        return len(self._points)

    def add_step(
        self, epoch: float, loss: float, accuracy: float, lr: float, grad_norm: float | None
    ) -> None:
        """Add one training step; `epoch` is the fractional number of epochs behind it."""
        if self._steps:
            keep = min(SMOOTHING, self._steps / (self._steps + 10))
            old_loss, old_accuracy = self._smooth
            self._smooth = (
                keep * old_loss + (1 - keep) * loss,
                keep * old_accuracy + (1 - keep) * accuracy,
            )
        else:
            self._smooth = (loss, accuracy)
        self._steps += 1
        self._bucket.append((loss, accuracy, lr, math.nan if grad_norm is None else grad_norm))
        if len(self._bucket) < self.stride:
            return
        loss, accuracy, lr, norm = (sum(column) / self.stride for column in zip(*self._bucket, strict=True))
        self._points.append((epoch, loss, accuracy, *self.smooth, lr, norm))
        self._bucket.clear()
        if len(self._points) >= self.capacity:
            self._thin()

    def add_test(self, epoch: float, loss: float, accuracy: float) -> None:
        """Add the result on the test data after `epoch` epochs."""
        self.tests.append(Point(epoch, loss, accuracy))

    def columns(self, start: int = 0) -> dict[str, npt.NDArray[np.float64]]:
        """The training points from index `start` on, each column float64 of shape `(points,)`."""
        points = np.array(self._points[start:], dtype=np.float64).reshape(-1, len(COLUMNS))
        return dict(zip(COLUMNS, points.T, strict=True))

    def test_columns(self) -> dict[str, npt.NDArray[np.float64]]:
        """The test points as columns `epoch`, `loss`, `accuracy`, each float64 of shape `(points,)`.

        Of more than `capacity / 2` epochs it is every second, third … counted from the last.
        """
        every = -(-len(self.tests) // (self.capacity // 2)) or 1
        chosen = self.tests[::-1][::every][::-1]
        points = np.array(chosen, dtype=np.float64).reshape(-1, len(Point._fields))
        return dict(zip(Point._fields, points.T, strict=True))

    @property
    def smooth(self) -> tuple[float, float]:
        """Smoothed training loss and accuracy after the newest step; NaN before the first."""
        return self._smooth

    def _thin(self) -> None:
        points = np.array(self._points).reshape(-1, 2, len(COLUMNS))
        merged = points.mean(axis=1)
        # A smoothed value belongs to the end of its bucket, as the epoch does.
        for name in ("epoch", "loss_smooth", "accuracy_smooth"):
            merged[:, COLUMNS.index(name)] = points[:, 1, COLUMNS.index(name)]
        self._points = [tuple(row) for row in merged.tolist()]
        self.stride *= 2
        self.thinned += 1

    def state_dict(self) -> dict[str, npt.NDArray[np.float64]]:
        """Everything needed to go on with the curves, as arrays."""
        return {
            "points": np.array(self._points, dtype=np.float64).reshape(-1, len(COLUMNS)),
            "tests": np.array(self.tests, dtype=np.float64).reshape(-1, len(Point._fields)),
            "bucket": np.array(self._bucket, dtype=np.float64).reshape(-1, 4),
            "counters": np.array([self.capacity, self.stride, self._steps, *self._smooth]),
        }

    @classmethod
    def from_state_dict(cls, state: dict[str, npt.NDArray[np.float64]]) -> History:
        """The history whose `state_dict()` was `state`; ValueError or KeyError for anything else."""
        for name, width in (("points", len(COLUMNS)), ("tests", len(Point._fields)), ("bucket", 4)):
            array = state[name]
            if array.ndim != 2 or array.shape[1] != width or array.dtype.kind != "f":
                raise ValueError(f"History: got {name} of shape {array.shape} and dtype {array.dtype}")
        capacity, stride, steps, loss, accuracy = state["counters"].tolist()
        if not (capacity <= 2 * CAPACITY and len(state["points"]) <= capacity and stride >= 1 and steps >= 0):
            raise ValueError(f"History: got counters {state['counters']} for {len(state['points'])} points")
        history = cls(int(capacity))
        history.stride, history._steps, history._smooth = int(stride), int(steps), (loss, accuracy)
        history._points = [tuple(row) for row in state["points"].tolist()]
        history._bucket = [tuple(row) for row in state["bucket"].tolist()]
        history.tests = [Point(*row) for row in state["tests"].tolist()]
        return history
