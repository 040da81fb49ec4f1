"""Which tests reach which line: found by running them once under coverage, kept until a file changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData

from web.site.archive import fingerprint
from web.site.console import BuildError, say
from web.site.paths import cache_dir

#: The code that is tested so, and its tests: those that are quick, and speak of it.
SUITES = {"nncore": "tests/unit", "web/session": "tests/web"}
LEFT_OUT = (
    *("accuracy", "kernels", "kernels_build", "lessons", "numpy_products", "package"),
    *("ready_made", "site_build", "site_policy", "site_repeatable", "site_update", "site_vendor"),
)
SECONDS = 30.0  # of tests that a mutant is given at most: the quickest of those that reach it
OPTIONS = ("-q", "-p", "no:cacheprovider", "--hypothesis-seed=0")  # of pytest
#: A mutant must not run as what it was before; and on a busy machine one thread is quicker than two.
ENVIRONMENT = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Reach:
    """What a suite reaches.

    Attributes
    ----------
    lines : dict        file -> line -> tests, without their parameters
    seconds : dict      test -> how long all its cases take
    """

    lines: dict[str, dict[str, list[str]]]
    seconds: dict[str, float]

    def tests(self, path: str, line: int) -> list[str]:
        """The tests of a line, quickest first; of one that runs at import those of its file, then all others.

        Where no test is noted (the time limit of `nncore.custom` may take the trace from coverage, and some
        lines begin no statement) it is the nearest line above that counts.
        """
        by_line = self.lines.get(path, {})
        noted = [int(number) for number, tests in by_line.items() if tests and int(number) <= line]
        found = set(by_line[str(max(noted))]) - {""} if noted else set()
        near = found or {test for tests in by_line.values() for test in tests}
        chosen, total = [], 0.0
        for test in sorted(found or self.seconds, key=lambda test: (test not in near, self.seconds[test])):
            total += self.seconds[test]
            if chosen and total > SECONDS:
                break
            chosen.append(test)
        return chosen


def reach(root: Path, code: str) -> Reach:
    """What the suite of `code` reaches in the copy of the repository `root`. BuildError if a test fails."""
    suite = SUITES[code]
    parts = [root / part for part in ("nncore", "web", suite)]
    inputs = sorted(path for part in parts for path in part.rglob("*.py")) + sorted(
        (root / "tests").glob("*.py")
    )
    name = f"{suite.replace('/', '-')}-{fingerprint(*map(Path.read_bytes, inputs))}"
    kept = cache_dir() / "mutation" / f"{name}.json"
    if not kept.exists():
        say(f"Finding out which of {suite} reaches which line of {code}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(_measure(root, code, suite)))
    return Reach(**json.loads(kept.read_text()))


def _measure(root: Path, code: str, suite: str) -> dict[str, object]:
    data, report = root / ".coverage", root / "report.xml"
    left_out = [f"--ignore={suite}/test_{name}.py" for name in LEFT_OUT]
    command = [sys.executable, "-m", "coverage", "run", f"--source={code}", f"--data-file={data}"]
    command += ["-m", "pytest", *OPTIONS, "-p", "tests.mutation.contexts", f"--junitxml={report}"]
    command += [suite, *left_out]
    done = subprocess.run(command, cwd=root, env=ENVIRONMENT, capture_output=True, text=True)
    if done.returncode:
        raise BuildError(
            f"The tests must pass before faults are planted:\n{done.stdout[-3000:]}{done.stderr[-500:]}"
        )
    found = CoverageData(str(data))
    found.read()
    lines = {
        Path(file).relative_to(root.resolve()).as_posix(): found.contexts_by_lineno(file)
        for file in found.measured_files()
    }
    seconds: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name'].partition('[')[0]}"
        seconds[name] += float(case.attrib["time"])
    return {"lines": lines, "seconds": seconds}
