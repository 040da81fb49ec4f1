"""Plain words on the terminal for every stage of the build."""

from __future__ import annotations

import time
from typing import ClassVar


class BuildError(Exception):
    """The build cannot go on; the message says what failed and what to do."""


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


class Stage:
    """`with Stage("Fetching Pyodide"):` prints the name, then the time it took; its parts come below."""

    _open: ClassVar[list[Stage]] = []  # outermost first

    def __init__(self, name: str) -> None:
        self.name = name
        self._has_parts = False

    def __enter__(self) -> Stage:
        self.start = time.perf_counter()
        if self._open and not self._open[-1]._has_parts:
            self._open[-1]._has_parts = True
            print(flush=True)
        self._open.append(self)
        print(f"{self._indent}{self.name} ...", end="", flush=True)
        return self

    def __exit__(self, kind: type | None, *rest: object) -> None:
        outcome = "failed" if kind else f"{time.perf_counter() - self.start:.1f} s"
        print(f"{self._indent}{self.name}: {outcome}" if self._has_parts else f" {outcome}", flush=True)
        self._open.pop()

    @property
    def _indent(self) -> str:
        return "  " * len(self._open)
