"""Kept runs, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from web.browser import bridge
from web.components.runs import RunsTable
from web.session import Session
from web.session.run_status import duration
from web.session.runs import Run, runs_csv
from web.views.palette import line_style
from web.views.recipe_words import summary
from web.views.view import View
from web.words import _

# Why a run ended, in words; the usual end needs none.
ENDED = {
    "epochs": "",
    "early stopping": _("early stopping"),
    "stopped": _("stopped"),
    "diverged": _("diverged"),
    "racing": _("racing"),
}


class RunsView(View):
    """A table to rename, hide, delete, restore settings from, and save."""

    topics = ("runs", "model")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        runs = session.runs
        self._commands: dict[str, Callable[[int, Any], None]] = {
            "show": runs.set_visible,
            "rename": runs.rename,
            "delete": lambda run_id, _: runs.delete(run_id),
            "restore": lambda run_id, _: session.configure(**runs[run_id].recipe.to_dict()),
            "race": lambda run_id, _: session.race.add(**runs[run_id].recipe.to_dict()),
            "csv": lambda _, __: bridge.download("nncore-runs.csv", runs_csv(runs).encode(), "text/csv"),
        }
        self._table = RunsTable(
            lambda command, run_id, value: self._commands[command](run_id, value), sizing_mode="stretch_width"
        )

    def refresh(self) -> None:
        present = self.session.training.history
        self._table.runs = [_row(run, present=run.history is present) for run in self.session.runs]

    def __panel__(self) -> RunsTable:
        return self._table


def _ended(run: Run) -> str:
    why = ENDED.get(run.ended, run.ended)
    return f" ({why})" if why else ""


def _row(run: Run, present: bool) -> dict[str, Any]:
    return line_style(None if present else run.id) | {
        "id": run.id,
        "name": run.name,
        "visible": run.visible,
        "about": f"{run.recipe.dataset} · {summary(run.recipe)}{_ended(run)}",
        "epochs": str(run.epochs),
        "best": "" if run.best is None else f"{run.best:.2%}",
        "time": duration(run.seconds),
    }
