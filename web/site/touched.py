"""Notes which files of the libraries are used from now on: run by `used.mjs` before what uses them."""

import os
import sys
from typing import Any

touched: set[str] = set()


def note(event: str, args: tuple[Any, ...]) -> None:
    """Python's own report of what it opens."""
    if event == "open" and isinstance(args[0], str | os.PathLike):
        touched.add(os.fspath(args[0]))


def stat(path: Any, *args: Any, **options: Any) -> os.stat_result:
    """As `os.stat`; whether a file is there matters too."""
    if isinstance(path, str | os.PathLike):
        touched.add(os.fspath(path))
    return original(path, *args, **options)


sys.addaudithook(note)
original, os.stat = os.stat, stat
