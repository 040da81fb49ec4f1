"""What `build.py test` runs, in order: linter, types, then pytest's suites, each with its closing line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from .browsers import find_chromium
from .bundle import build_site
from .console import say
from .paths import ROOT

LINTED = ("nncore", "web", "tests", "build.py")
SUITES = ("lint", "types", "unit", "web", "e2e")


def run_checks(data: Path | None, words: list[str], rest: list[str]) -> int:
    """Run the named suites (all when none is named); `rest` goes to pytest. Returns the exit status.

    Words that name no suite are pytest's too, such as a test file's path.
    """
    chosen = [word for word in words if word in SUITES]
    rest = [word for word in words if word not in SUITES] + rest
    if not chosen:
        # A test file's path or pytest options alone mean: only pytest, on that.
        chosen = ["pytest"] if any(not word.startswith("-") for word in rest) else list(SUITES)
    failed = []
    for suite in chosen:
        say(f"\n== {suite} ==")
        start = time.perf_counter()
        status = _run(suite, data, rest)
        say(f"== {suite}: {'passed' if status == 0 else 'FAILED'} in {time.perf_counter() - start:.0f} s ==")
        if status:
            failed.append(suite)
    if failed:
        say(f"\nFailed: {', '.join(failed)}")
    else:
        say(f"\nAll passed: {', '.join(chosen)}")
    return 1 if failed else 0


def _run(suite: str, data: Path | None, rest: list[str]) -> int:
    paths = [path for path in LINTED if (ROOT / path).exists()]
    environment = dict(os.environ)
    if data:
        environment["NNCORE_DATA"] = str(data.expanduser().resolve())
    if suite == "lint":
        return _call(["-m", "ruff", "check", *paths], environment)
    if suite == "types":
        return _call(["-m", "mypy"], environment)
    if suite == "e2e":
        environment["NNCORE_CHROMIUM"] = find_chromium()
        build_site(data)
    folder = [] if suite == "pytest" else [f"tests/{suite}"]
    return _call(["-m", "pytest", *folder, *rest], environment)


def _call(arguments: list[str], environment: dict[str, str]) -> int:
    return subprocess.call([sys.executable, *arguments], cwd=ROOT, env=environment)
