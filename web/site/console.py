"""Plain words on the terminal for every stage of the build."""

from __future__ import annotations

import sys
import time


class BuildError(Exception):
    """The build cannot go on; the message says what failed and what to do."""


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


class Stage:
    """`with Stage("Fetching Pyodide"):` prints the name, then the time it took."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> Stage:
        self.start = time.perf_counter()
        print(f"  {self.name} ...", end="", flush=True)
        return self

    def __exit__(self, kind: type | None, *rest: object) -> None:
        outcome = "failed" if kind else f"{time.perf_counter() - self.start:.1f} s"
        print(f" {outcome}", file=sys.stdout, flush=True)
