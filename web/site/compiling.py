"""Archives of compiled modules, kept in the cache until their content changes.

Pyodide and NumPy ship Python sources, which the browser would compile on every visit; compiled ahead, the
page starts in about half the time. That takes the worker's own Python, 3.13 in Pyodide, which runs under
Node: the one on the PATH, else the one inside Playwright's package.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from web.site.archive import fingerprint, solid
from web.site.console import BuildError, Stage
from web.site.paths import SITE, cache_dir
from web.site.vendor import save


class Job(NamedTuple):
    """A zip to compile. Level 2 drops docstrings and asserts, 0 keeps them (NumPy needs its own).

    The result is a zip again, or with `solid` one compressed stream (see `archive.solid`).
    """

    name: str
    source: bytes
    level: int
    solid: bool = True


def compile_archives(jobs: list[Job], pyodide: Path) -> dict[str, bytes]:
    """Job name to its result with every module compiled; `pyodide` is the folder of the Pyodide core."""
    recipe = (SITE / "compile.mjs").read_bytes()
    folder = cache_dir() / "compiled"
    paths = {
        job.name: folder / f"{job.name}-{fingerprint(recipe, job.source, repr(job[2:]).encode())}"
        for job in jobs
    }
    missing = [job for job in jobs if not paths[job.name].exists()]
    if missing:
        with Stage(f"Compiling for the worker: {', '.join(job.name for job in missing)}"):
            for name, data in _compile(missing, pyodide):
                save(paths[name], data)  # at once: an interrupted build goes on from here
    return {name: path.read_bytes() for name, path in paths.items()}


def _compile(jobs: list[Job], pyodide: Path) -> Iterator[tuple[str, bytes]]:
    """Each job's name and result as soon as it is there."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        arguments: list[str] = []
        for job in jobs:
            (folder / f"{job.name}.in").write_bytes(job.source)
            arguments += [str(job.level), str(folder / f"{job.name}.in"), str(folder / f"{job.name}.out")]
        errors = folder / "errors.txt"
        command = [node(), str(SITE / "compile.mjs"), str(pyodide), *arguments]
        with (
            errors.open("w") as log,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log) as process,
        ):
            assert process.stdout is not None
            waiting = {str(folder / f"{job.name}.out"): job for job in jobs}
            for line in process.stdout:  # it prints the path of each archive that is done
                done = waiting.get(line.decode().strip())
                if done is not None:
                    made = (folder / f"{done.name}.out").read_bytes()
                    yield done.name, solid(made) if done.solid else made
        if process.returncode:
            # Node also prints the line the error came from: a megabyte of minified code.
            lines = [line for line in errors.read_text("utf-8").splitlines() if len(line) < 500]
            raise BuildError("The Python modules could not be compiled:\n" + "\n".join(lines))


def node() -> str:
    """The path of a Node executable of at least version 18."""
    found = shutil.which("node")
    if found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        if int(version.strip().removeprefix("v").split(".")[0] or 0) >= 18:
            return found
    from playwright._impl._driver import compute_driver_executable

    return str(compute_driver_executable()[0])
