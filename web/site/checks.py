"""What `build.py test` runs, in order: linter, types, then pytest's suites, each with its closing line."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

from web.site.browsers import find_chromium
from web.site.bundle import build_site
from web.site.console import say
from web.site.javascript import check_javascript
from web.site.paths import ROOT

LINTED = ("nncore", "web", "tests", "build.py")
SUITES = ("lint", "types", "unit", "web", "e2e")
FAULTS = ["-p", "tests.fault_table", "--faults", "-m", "faults", "tests/e2e"]  # run when named alone


def run_checks(data: Path | None, words: list[str]) -> int:
    """Run the suites that `words` begin with and pass the remaining words to pytest.

    Without a suite all are run; a test file in their place runs that file alone. Returns the exit status.
    """
    chosen = list(itertools.takewhile((*SUITES, "faults").__contains__, words))
    rest = words[len(chosen) :]
    if not chosen:
        files = any((ROOT / word.partition("::")[0]).exists() for word in rest)
        chosen = ["pytest"] if files else list(SUITES)
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
    environment = dict(os.environ)
    if data:
        environment["NNCORE_DATA"] = str(data.expanduser().resolve())
    if suite == "lint":
        checks = (["check", *LINTED], ["format", "--check", *LINTED])
        python = max(_call(["-m", "ruff", *arguments], environment) for arguments in checks)
        return max(python, check_javascript())
    if suite == "types":
        return _call(["-m", "mypy"], environment)
    if suite in ("e2e", "faults"):
        environment["NNCORE_CHROMIUM"] = find_chromium()
        build_site(data)
    folder = {"pytest": [], "faults": FAULTS}.get(suite, [f"tests/{suite}"])
    return _call(["-m", "pytest", *folder, *rest], environment)


def _call(arguments: list[str], environment: dict[str, str]) -> int:
    return subprocess.call([sys.executable, *arguments], cwd=ROOT, env=environment)
