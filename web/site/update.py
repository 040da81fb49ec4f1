"""`build.py update`: newer versions of what is pinned, written into the lock and pyproject.toml, then tested.

pip resolves all wheels of the lock together, so that what it finds fits together; each of the editor's
packages from npm is taken as it was published last. Pyodide, and NumPy, which comes with it, stay: their
hashes are those of Pyodide's own lock file, and a new release means new bytecode and a look at its worker's
start.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from web.site import npm
from web.site.console import BuildError, Stage, say
from web.site.paths import ROOT, SITE
from web.site.vendor import PLATFORM, Lock, read_lock, sha256

LOCK = SITE / "vendor.lock.json"
PYPROJECT = ROOT / "pyproject.toml"


class Newer(NamedTuple):
    """A package of the lock that has a newer version."""

    name: str
    old: str
    new: str
    changes: list[tuple[str, str]]  # what stands in its entry, and what is to stand there


def update(run_tests: Callable[[], int], run: Callable[..., Any] = subprocess.run) -> int:
    """Write newer pins where there are any and run the tests; returns the tests' exit status."""
    lock = read_lock()
    with Stage("Asking the package index for newer versions"):
        newer = newer_wheels(lock, run)
    try:
        with Stage("Asking npm for newer versions"):
            newer += newer_npm(lock)
    except npm.OutOfReachError as error:
        say(f"  npm's packages stay as they are: {error}")
    for package in (*lock["wheels"], *lock["npm"]):
        if hold := package.get("hold"):
            say(f"  {package['name']} is held {hold['below']}: {hold['because']}")
    if not newer:
        say("Everything is up to date.")
        return 0
    text, project = LOCK.read_text("utf-8"), PYPROJECT.read_text("utf-8")
    for package in newer:
        say(f"  {package.name} {package.old} -> {package.new}")
        text = rewritten(text, package)
        project = project.replace(f'"{package.name}=={package.old}"', f'"{package.name}=={package.new}"')
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


def newer_wheels(lock: Lock, run: Callable[..., Any] = subprocess.run) -> list[Newer]:
    """The newest wheels that go together, of those that are newer than the lock's."""
    wanted = [wheel["name"] + wheel.get("hold", {}).get("below", "") for wheel in lock["wheels"]]
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--report", str(report), "--target", temporary, *PLATFORM, *wanted]
        done = run(command, capture_output=True, text=True)
        if done.returncode:
            raise BuildError(f"pip could not resolve the packages of the lock:\n{done.stderr.strip()}")
        found = json.loads(report.read_text("utf-8"))["install"]
    newest = {_normal(entry["metadata"]["name"]): entry for entry in found}
    newer = []
    for wheel in lock["wheels"]:
        entry = newest[wheel["name"]]
        version, download = entry["metadata"]["version"], entry["download_info"]
        if version != wheel["version"]:
            file, digest = download["url"].rpartition("/")[2], download["archive_info"]["hashes"]["sha256"]
            changes = [(wheel["file"], file), (wheel["sha256"], digest), (wheel["version"], version)]
            newer.append(Newer(wheel["name"], wheel["version"], version, changes))
    return newer


def newer_npm(lock: Lock) -> list[Newer]:
    """The npm packages with newer versions.

    Raises OutOfReachError if npm cannot be asked, BuildError if a newer version lacks a file that is shipped.
    """
    newer = []
    for package in lock["npm"]:
        version = npm.newest_version(package["name"])
        if version != package["version"]:
            changes = [(package["version"], version)]
            with tarfile.open(fileobj=io.BytesIO(npm.pack({**package, "version": version}))) as archive:
                for file, digest in package["files"].items():
                    changes.append((digest, sha256(_member(archive, file, f"{package['name']} {version}"))))
            newer.append(Newer(package["name"], package["version"], version, changes))
    return newer


def rewritten(text: str, package: Newer) -> str:
    """The lock's text with one package's entry changed; all else stays as it is."""
    start = text.index(f'"name": "{package.name}"')
    end = text.find('"name": ', start + 1)
    entry, rest = (text[start:], "") if end < 0 else (text[start:end], text[end:])
    for old, new in package.changes:
        entry = entry.replace(f'"{old}"', f'"{new}"')
    return text[:start] + entry + rest


def _member(archive: tarfile.TarFile, file: str, package: str) -> bytes:
    try:
        content = archive.extractfile(f"package/{file}")
    except KeyError:
        content = None
    if content is None:
        raise BuildError(f"{package} has no {file}: look where it went, and change its entry in {LOCK.name}.")
    return content.read()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
