"""The course of a run as rows, one per epoch, for JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import reprlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nncore.errors import CheckpointError
from nncore.events import EpochEvent

COLUMNS = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy")
Row = dict[str, float | int | None]


def row(event: EpochEvent) -> Row:
    """The figures of an epoch under the keys `COLUMNS`."""
    return {column: getattr(event, column) for column in COLUMNS}


def rows(saved: Any) -> list[Row]:
    """The rows that a checkpoint remembers, from JSON; CheckpointError for anything else."""
    if isinstance(saved, list) and all(
        isinstance(row, dict)
        and row.keys() == set(COLUMNS)
        and all(value is None or type(value) in (int, float) for value in row.values())
        for row in saved
    ):
        return saved
    raise CheckpointError(f"history: got {reprlib.repr(saved)}, expected rows of {', '.join(COLUMNS)}")


def to_csv(rows: Sequence[Row]) -> str:
    """The rows as CSV with a heading."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write the rows to a .csv file, else as JSON."""
    path.write_text(to_csv(rows) if path.suffix.lower() == ".csv" else json.dumps(rows, indent=1) + "\n")
