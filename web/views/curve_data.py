"""The data sources behind the curves: fed by a history, appended to while it grows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from bokeh.models import ColumnDataSource

from web.session.history import COLUMNS, History, Point
from web.session.runs import Run
from web.views.palette import run_colour, run_dash

Array = npt.NDArray[np.float64]
RUN_COLUMNS = (
    "name",
    "colour",
    "dash",
    "epoch",
    "loss",
    "accuracy",
    "test_epoch",
    "test_loss",
    "test_accuracy",
)


class Extent(NamedTuple):
    """The losses of the present run and of kept ones, the accuracies of all, the last epoch of any."""

    losses: Array
    kept: Array
    accuracies: Array
    epochs: float


class CurveData:
    """One source for the training points, one for the test points, one for the kept runs."""

    def __init__(self) -> None:
        self.train = ColumnDataSource({name: [] for name in COLUMNS})
        self.test = ColumnDataSource({name: [] for name in (*Point._fields, "size")})
        self.runs = ColumnDataSource({name: [] for name in RUN_COLUMNS})
        self._shown: tuple[History | None, int] = (None, 0)  # the history, and how often it was thinned
        self._points = self._tests = 0

    def follow(self, history: History) -> None:
        """Append what is new in `history`; write all anew if it is another one or was thinned."""
        shown = (history, history.thinned)
        if self._shown != shown:
            self.train.data = history.columns()
            self.test.data = _dots(history)
        elif len(history) > self._points:
            self.train.stream(history.columns(self._points))
        if self._tests != len(history.tests):
            self.test.data = _dots(history)
        self._shown, self._points, self._tests = shown, len(history), len(history.tests)

    def extent(self) -> Extent:
        """What is shown smoothed or as test results."""
        train, test, runs = self.train.data, self.test.data, self.runs.data
        epochs = [train["epoch"], test["epoch"], *runs["epoch"], *runs["test_epoch"]]
        losses = np.concatenate([train["loss_smooth"], test["loss"]])
        kept = np.concatenate([*runs["loss"], *runs["test_loss"], []])
        accuracies = [test["accuracy"], *runs["test_accuracy"]]
        last = max((float(column[-1]) for column in epochs if len(column)), default=0.0)
        return Extent(losses, kept, np.concatenate(accuracies), last)

    def overlay(self, runs: list[Run]) -> None:
        """Show the curves of kept runs."""
        rows = [_row(run) for run in runs]
        self.runs.data = {name: [row[name] for row in rows] for name in RUN_COLUMNS}


def _dots(history: History) -> dict[str, Array]:
    """The test points with the sizes of their dots: those of many epochs would run into each other."""
    columns = history.test_columns()
    count = len(columns["epoch"])
    return columns | {"size": np.full(count, 7.0 if count <= 60 else 0.0)}


def _row(run: Run) -> dict[str, Any]:
    train, test = run.history.columns(), run.history.test_columns()
    return {
        "name": run.name,
        "colour": run_colour(run.id),
        "dash": " ".join(map(str, run_dash(run.id))) or "solid",
        "epoch": train["epoch"],
        "loss": train["loss_smooth"],
        "accuracy": train["accuracy_smooth"],
        "test_epoch": test["epoch"],
        "test_loss": test["loss"],
        "test_accuracy": test["accuracy"],
    }
