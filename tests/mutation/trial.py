"""Runs tests in a copy of the repository, in a child of this process, which has the slow imports done."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path
from typing import Literal

from tests.mutation.reach import ENVIRONMENT, OPTIONS

os.environ.update(ENVIRONMENT)  # before NumPy is there

import hypothesis  # noqa: F401
import panel  # noqa: F401
import pytest

Outcome = Literal["killed", "hangs", "survived"]
OURS = ("nncore", "web", "tests")


def outcome(root: Path, tests: list[str], seconds: float) -> Outcome:
    """What becomes of a fault in `root`: a test fails, or is not done after so many seconds, or all pass."""
    child = multiprocessing.get_context("fork").Process(target=_run, args=(root, tests))
    child.start()
    child.join(seconds)
    if child.is_alive():
        child.kill()
        child.join()
        return "hangs"
    return "killed" if child.exitcode else "survived"


def _run(root: Path, tests: list[str]) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]  # to be imported from the copy
    os.chdir(root)
    sys.path[0], sys.dont_write_bytecode = str(root), True
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
        os.dup2(nowhere.fileno(), sys.stderr.fileno())
    sys.exit(pytest.main([*OPTIONS, "-x", *tests]))
