"""`python3 build.py mutate [PATH ...] [--sample N] [--seed S]`: whether the tests notice small faults.

Plants faults one by one in a copy of the repository and runs the tests that reach the line. A fault that no
test notices is shown: it asks for a test, or stands in equivalent.json with the reason why nobody could.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutation.mutants import Mutant, sample
from tests.mutation.reach import SECONDS, SUITES, Reach, reach
from tests.mutation.trial import outcome
from web.site.console import BuildError, say
from web.site.paths import ROOT

EQUIVALENT = Path(__file__).with_name("equivalent.json")
PATIENCE = 4 * SECONDS  # a mutant that takes longer hangs, and is noticed by that


def main() -> int:
    """Plant a sample of faults, say what became of each; returns the exit status."""
    parser = argparse.ArgumentParser(prog="build.py mutate", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "paths", nargs="*", default=list(SUITES), help=f"files or folders in {', '.join(SUITES)}"
    )
    parser.add_argument("--sample", type=int, default=60, metavar="N", help="how many faults (default: 60)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the draw (default: 0)")
    options = parser.parse_args()
    explained = {(e["file"], e["was"], e["becomes"]): e["why"] for e in json.loads(EQUIVALENT.read_text())}
    with tempfile.TemporaryDirectory() as folder:
        root = _copy(Path(folder).resolve())
        mutants = sample(root, options.paths, options.sample, options.seed)
        reaches = {code: reach(root, code) for code in {_code(mutant.path) for mutant in mutants}}
        counts = {"killed": 0, "hangs": 0, "explained": 0, "survived": 0}
        for number, mutant in enumerate(mutants, 1):
            known = (mutant.path, *mutant.change) in explained
            verdict = "explained" if known else _try(root, mutant, reaches[_code(mutant.path)])
            counts[verdict] += 1
            say(f"{number:4} of {len(mutants)}  {verdict:9} {mutant.path}:{mutant.line}")
            if verdict == "survived":
                say(mutant.diff)
    total = max(1, sum(counts.values()))
    say(
        f"\n{counts['killed']} killed, {counts['hangs']} hang, {counts['explained']} explained, "
        f"{counts['survived']} survived: "
        f"{1 - counts['survived'] / total:.0%} killed or explained"
    )
    return 0


def _copy(folder: Path) -> Path:
    """The repository's files, as they stand, in `folder`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def _code(path: str) -> str:
    for code in SUITES:
        if path.startswith(f"{code}/"):
            return code
    raise BuildError(f"mutate: got {path}, expected a path in {' or '.join(SUITES)}")


def _try(root: Path, mutant: Mutant, reach: Reach) -> str:
    tests = reach.tests(mutant.path, mutant.line)
    if not tests:
        return "survived"
    file = root / mutant.path
    original = file.read_text("utf-8")
    file.write_text(mutant.text, "utf-8")
    try:
        return outcome(root, tests, PATIENCE)
    finally:
        file.write_text(original, "utf-8")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BuildError as error:
        sys.exit(str(error))
