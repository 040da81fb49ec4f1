"""The project's own virtual environment: made on first use, renewed when pyproject.toml changes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from web.site.console import BuildError, Stage
from web.site.paths import ROOT, VENV

GROUPS = {  # of dependencies in pyproject.toml, each with all of those before it
    "build": ("build",),
    "test": ("build", "test"),
    "mutation": ("build", "test", "mutation"),
}
PIP = "pip>=25.1"  # the first that knows groups; Python 3.10 to 3.13 bring an older one


def python_path() -> Path:
    """The Python of .venv."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def enter(group: str) -> None:
    """Continue this very command inside .venv, with the dependencies of `group`, one of GROUPS.

    Raises
    ------
    BuildError
        the venv module is missing, or pip failed.
    """
    if Path(sys.prefix).resolve() != VENV.resolve():
        _create()
        _install(group)
        command = [str(python_path()), *sys.argv]
        if os.name == "nt":  # execv would detach from the terminal there
            sys.exit(subprocess.call(command))
        os.execv(command[0], command)
    _install(group)


def _create() -> None:
    if python_path().exists():
        return
    with Stage("Making a virtual environment in .venv"):
        try:
            venv.create(VENV, with_pip=True, clear=True)
        except (subprocess.CalledProcessError, OSError) as error:
            shutil.rmtree(VENV, ignore_errors=True)  # else the next try would take the half-made one
            raise BuildError(
                f"Python's venv module did not work ({error}).\n"
                "On Debian and Ubuntu install it with: sudo apt install python3-venv"
            ) from None


def _install(group: str) -> None:
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamps = {name: VENV / f"installed-{name}" for name in GROUPS}
    covers = list(GROUPS)[list(GROUPS).index(group) :]
    if any(stamps[name].exists() and stamps[name].read_text() == wanted for name in covers):
        return
    with Stage("Installing the pinned dependencies"):
        pip = [str(python_path()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        groups = [word for name in GROUPS[group] for word in ("--group", name)]
        for command in ([*pip, "--upgrade", PIP], [*pip, "--editable", ".", *groups]):
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if done.returncode:
                break
    if done.returncode:
        raise BuildError(
            f"pip could not install the dependencies. Is this machine online?\n{done.stderr.strip()}"
        )
    stamps[group].write_text(wanted)
