"""The kept runs are those of all tabs: each merges what the others kept, renamed or deleted with its own."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from nncore.errors import CheckpointError
from nncore.npz import read_npz
from web.session.run_file import runs_arrays, runs_from
from web.session.runs import Run, RunBook


class SharedRuns:
    """One tab's view of the shared file at `path`. Use it only while no other tab does: in `bridge.alone`.

    What stands in both places is remembered: what is missing in one since was deleted there, what is new or
    different in one was kept or changed there.
    """

    def __init__(self, book: RunBook, path: Path) -> None:
        self._book, self._path = book, path
        # What this tab restored had been shared, for whatever is kept is merged first.
        self._common = _by_key(book) if path.exists() else {}
        self._merged = self._common

    def merge(self) -> None:
        """Make the book and the file the same; if the file is stored after that, `stored` is to be called."""
        stored = load(self._path)
        if stored is None:
            self._common = {}  # all that this tab has is new to a file that is to be written
        theirs, ours = _by_key(stored or []), _by_key(self._book)
        for key, run in ours.items():
            if key in self._common and key not in theirs:
                self._book.delete(run.id)
        for key, run in theirs.items():
            deleted_here = key in self._common and key not in ours
            changed_here = key in ours and ours[key] is not self._common.get(key)
            if not deleted_here and not changed_here and _differ(ours.get(key), run):
                self._book.adopt(run)
        merged = self._merged = _by_key(self._book)
        # As long as it is not stored, the other place is as it was.
        self._common = {
            key: merged.get(key, run)
            for key, run in theirs.items()
            if key not in merged or not _differ(merged[key], run)
        }
        if merged.keys() != theirs.keys() or any(_differ(run, theirs[key]) for key, run in merged.items()):
            save(self._book, self._path)

    def stored(self) -> None:
        """The file, as it was when they were merged, is where the other tabs find it."""
        self._common = self._merged


def save(runs: RunBook, path: Path) -> None:
    """Write the shared file."""
    content = io.BytesIO()
    np.savez(content, **runs_arrays(runs))  # type: ignore[arg-type]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.getvalue())


def load(path: Path) -> list[Run] | None:
    """The runs in the shared file; None if there is no such file, or it cannot be read."""
    try:
        return runs_from(read_npz(path, "runs", CheckpointError))
    except Exception:  # a damaged file is written anew from what the tabs have
        return None


def _by_key(runs: RunBook | list[Run]) -> dict[str, Run]:
    return {run.key: run for run in runs}


def _differ(one: Run | None, other: Run) -> bool:
    """Whether there is anything new in `other`, as far as a visitor sees."""
    return one is None or (one.name, one.visible, one.epochs, one.ended) != (
        other.name,
        other.visible,
        other.epochs,
        other.ended,
    )
