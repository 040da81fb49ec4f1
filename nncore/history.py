"""The course of a run as rows, one per epoch, for JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from nncore.events import EpochEvent

COLUMNS = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy")


def rows(events: Sequence[EpochEvent]) -> list[dict[str, float | int | None]]:
    """One dictionary per epoch with the keys `COLUMNS`."""
    return [{column: getattr(event, column) for column in COLUMNS} for event in events]


def to_csv(events: Sequence[EpochEvent]) -> str:
    """The rows as CSV with a heading."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(events))
    return text.getvalue()


def write(path: Path, events: Sequence[EpochEvent]) -> None:
    """Write the rows to a .csv file, else as JSON."""
    path.write_text(to_csv(events) if path.suffix == ".csv" else json.dumps(rows(events), indent=1) + "\n")
