"""Runs kept for comparison."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from uuid import uuid4

from nncore.recipe import Recipe
from web.session.history import History
from web.session.hub import Hub
from web.words import _

KEPT = 24  # runs; the oldest go first


@dataclass(frozen=True)
class Run:
    """One run: its settings and its curves."""

    id: int
    name: str
    recipe: Recipe
    history: History
    seconds: float  # spent training and testing
    ended: str  # why: "finished", "stopped", "diverged" …
    visible: bool = True  # overlaid in the plots
    key: str = field(default_factory=lambda: uuid4().hex)  # the same in every tab, where `id` is this page's

    @property
    def epochs(self) -> int:
        """Number of finished epochs."""
        return len(self.history.tests)

    @property
    def best(self) -> float | None:
        """Best test accuracy, 0 to 1."""
        return max((point.accuracy for point in self.history.tests), default=None)


class RunBook:
    """The kept runs, oldest first; emits "runs" when they change."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._runs: dict[int, Run] = {}
        self._last = 0  # number given: none is given again, or a run that goes on might replace another

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs.values())

    def __getitem__(self, run_id: int) -> Run:
        return self._runs[run_id]

    def keep(self, recipe: Recipe, history: History, seconds: float, ended: str, run_id: int | None) -> int:
        """Keep a run, in place of `run_id` if that one went on, and return its number."""
        if run_id in self._runs:
            run = replace(self._runs[run_id], recipe=recipe, history=history, seconds=seconds, ended=ended)
        else:
            run_id = self._last + 1
            run = Run(run_id, _name(run_id), recipe, history, seconds, ended)
        self.put(run)
        return run.id

    def put(self, run: Run) -> None:
        """Put a run in its place."""
        self._runs[run.id] = run
        self._last = max(self._last, run.id)
        while len(self._runs) > KEPT:
            del self._runs[min(self._runs)]
        self._hub.emit("runs")

    def adopt(self, run: Run) -> None:
        """Take over a run that another tab kept: in place of what is here of it, else under a free number."""
        number = next((own.id for own in self if own.key == run.key), run.id)
        taken = self._runs.get(number)
        if taken and taken.key != run.key:
            number = self._last + 1
        name = _name(number) if run.name in (_name(run.id), f"Run {run.id}") else run.name
        self.put(replace(run, id=number, name=name))

    def rename(self, run_id: int, name: str) -> None:
        """Give a run another name; an empty one is ignored, and so is a run that is gone."""
        if name.strip() and run_id in self._runs:
            self.put(replace(self._runs[run_id], name=name.strip()))

    def set_visible(self, run_id: int, visible: bool) -> None:
        """Overlay a run in the plots, or hide it; nothing happens if it is gone."""
        if run_id in self._runs:
            self.put(replace(self._runs[run_id], visible=visible))

    def delete(self, run_id: int) -> None:
        """Forget a run; nothing happens if it is gone already."""
        if self._runs.pop(run_id, None):
            self._hub.emit("runs")


def _name(number: int) -> str:
    """What a run is called until somebody gives it a name."""
    return _("Run {number}", number=number)


def runs_csv(runs: Iterable[Run]) -> str:
    """All points of all kept runs, one row each: training points (means over neighbours) and test points."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = ("epoch", "loss", "accuracy", "loss_smooth", "lr", "grad_norm")
    writer.writerow(["run", "set", *names])
    for run in runs:
        columns = run.history.columns()
        for values in zip(*(columns[name].tolist() for name in names), strict=True):
            writer.writerow([_cell(run.name), "train", *(_figure(value) for value in values)])
        for point in run.history.tests:
            writer.writerow([_cell(run.name), "test", *(_figure(value) for value in point)])
    return out.getvalue()


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe is put before what would begin one.

    As OWASP's page "CSV Injection" recommends; the figures need none, for they are numbers.
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def _figure(value: float) -> str:
    return "" if value != value else f"{value:.6g}"  # NaN: not measured
