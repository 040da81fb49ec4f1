"""The worker's libraries as one archive of compiled modules, kept in the cache until its recipe changes.

Compiling takes the worker's own Python, 3.13 in Pyodide, which runs under Node: the one on the PATH, else the
one inside Playwright's package. Compiled, the dashboard starts in about two thirds of the time.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from . import archive
from .console import BuildError, Stage
from .paths import SITE, cache_dir
from .vendor import save


def compile_packages(wheels: list[Path], pyodide: Path) -> bytes:
    """The zip that the worker unpacks into its site-packages.

    Args:
        wheels: what to take the modules from.
        pyodide: the folder that holds the Pyodide core.
    """
    path = cache_dir() / "packages" / f"{archive.recipe_key()}.zip"
    if not path.exists():
        with Stage("Compiling the Python libraries"):
            save(path, compile_zip(archive.pack(archive.wheel_entries(wheels)), pyodide))
    return path.read_bytes()


def compile_zip(source: bytes, pyodide: Path) -> bytes:
    """The same zip with every module compiled by the worker's Python."""
    with tempfile.TemporaryDirectory() as temporary:
        given, made = Path(temporary) / "in.zip", Path(temporary) / "out.zip"
        given.write_bytes(source)
        done = subprocess.run(
            [node(), str(SITE / "compile.mjs"), str(pyodide), str(given), str(made)],
            capture_output=True, text=True,
        )
        if done.returncode:
            raise BuildError(f"The Python libraries could not be compiled:\n{done.stdout}{done.stderr}")
        return made.read_bytes()


def node() -> str:
    """The path of a Node executable of at least version 18."""
    found = shutil.which("node")
    if found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        if int(version.strip().removeprefix("v").split(".")[0] or 0) >= 18:
            return found
    from playwright._impl._driver import compute_driver_executable

    return str(compute_driver_executable()[0])
