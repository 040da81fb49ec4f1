"""pytest plugin of `build.py test faults`: collects what each fault led to, and prints it as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest


class Row(NamedTuple):
    """One fault: what was done, seconds until the page said so, what was still there, how it came back."""

    injected: str
    noticed_after: str
    kept: str
    recovered_by: str


ROWS = pytest.StashKey[list[Row]]()
Noted = Callable[[str, float | None, str, str], None]


@pytest.fixture
def noted(request: pytest.FixtureRequest) -> Noted:
    """Writes a row of the table: `noted(what, seconds or None where nothing is to be said, kept, by)`."""

    def note(what: str, seconds: float | None, kept: str, recovered_by: str) -> None:
        noticed = "nothing to tell" if seconds is None else f"{seconds:.1f} s"
        request.config.stash.setdefault(ROWS, []).append(Row(what, noticed, kept, recovered_by))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    heading = Row("injected", "noticed after", "kept", "recovered by")
    rows = [heading, *config.stash.get(ROWS, [])]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    terminalreporter.section("faults")
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        terminalreporter.write_line("  ".join(cells).rstrip())
