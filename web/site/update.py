"""`build.py update`: newer versions of what is pinned, written into the lock and pyproject.toml, then tested.

pip resolves all packages of the lock together, so that what it finds fits together. Pyodide, and NumPy, which
comes with it, stay: their hashes are those of Pyodide's own lock file, and a new release means new bytecode
and a look at its worker's start.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from web.site.console import BuildError, Stage, say
from web.site.paths import ROOT, SITE
from web.site.vendor import PLATFORM, Lock, read_lock

LOCK = SITE / "vendor.lock.json"
PYPROJECT = ROOT / "pyproject.toml"


def update(run_tests: Callable[[], int], run: Callable[..., Any] = subprocess.run) -> int:
    """Write newer pins where there are any and run the tests; returns the tests' exit status."""
    lock = read_lock()
    with Stage("Asking the package index for newer versions"):
        newest = newest_wheels(lock, run)
    newer = [wheel for wheel in lock["wheels"] if newest[wheel["name"]]["version"] != wheel["version"]]
    for wheel in lock["wheels"]:
        if hold := wheel.get("hold"):
            say(f"  {wheel['name']} is held {hold['below']}: {hold['because']}")
    if not newer:
        say("Everything is up to date.")
        return 0
    text, project = LOCK.read_text("utf-8"), PYPROJECT.read_text("utf-8")
    for wheel in newer:
        found = newest[wheel["name"]]
        say(f"  {wheel['name']} {wheel['version']} -> {found['version']}")
        text = rewritten(text, wheel, found)
        project = project.replace(
            f'"{wheel["name"]}=={wheel["version"]}"', f'"{wheel["name"]}=={found["version"]}"'
        )
    LOCK.write_text(text, "utf-8")
    PYPROJECT.write_text(project, "utf-8")
    status = run_tests()
    say(
        "The new versions passed: commit web/site/vendor.lock.json and pyproject.toml."
        if status == 0
        else "The new versions FAILED. Look at what broke, or take the old ones back: "
        "git checkout web/site/vendor.lock.json pyproject.toml"
    )
    return status


def newest_wheels(lock: Lock, run: Callable[..., Any] = subprocess.run) -> dict[str, dict[str, str]]:
    """By the lock's names: version, file and sha256 of the newest wheels that go together."""
    wanted = [wheel["name"] + wheel.get("hold", {}).get("below", "") for wheel in lock["wheels"]]
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--report", str(report), "--target", temporary, *PLATFORM, *wanted]
        done = run(command, capture_output=True, text=True)
        if done.returncode:
            raise BuildError(f"pip could not resolve the packages of the lock:\n{done.stderr.strip()}")
        found = json.loads(report.read_text("utf-8"))["install"]
    newest = {}
    for entry in found:
        download = entry["download_info"]
        newest[_normal(entry["metadata"]["name"])] = {
            "version": entry["metadata"]["version"],
            "file": download["url"].rpartition("/")[2],
            "sha256": download["archive_info"]["hashes"]["sha256"],
        }
    return newest


def rewritten(text: str, old: dict[str, Any], new: dict[str, str]) -> str:
    """The lock's text with one wheel's version, file and sha256 replaced; all else stays as it is."""
    start = text.index(f'"name": "{old["name"]}"')
    end = text.index("}", start) if "hold" not in old else text.index("}", text.index("}", start) + 1)
    entry = text[start:end]
    for key in ("version", "file", "sha256"):
        entry = entry.replace(f'"{key}": "{old[key]}"', f'"{key}": "{new[key]}"')
    return text[:start] + entry + text[end:]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
