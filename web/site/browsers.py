"""Find a Chromium for the tests: an installed one, else Playwright's download, else the distribution's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from web.site.console import BuildError, Stage

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Quiet start-up: no requests of the browser's own, no GPU process that a bare machine lacks.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    """The path of a Chromium or Chrome that starts; gets one where none is installed.

    Raises
    ------
    BuildError
        with what was tried.
    """
    tried = []
    chosen = os.environ.get("NNCORE_CHROMIUM")
    if chosen:
        if works(chosen):
            return chosen
        raise BuildError(f"NNCORE_CHROMIUM names {chosen}, which does not start.")
    for source in (_installed, _playwright, _download, _distribution):
        path, note = source()
        if path and works(path):
            return path
        tried.append(f"  {note}")
    raise BuildError(
        "No Chromium was found and none could be got.\n"
        + "\n".join(tried)
        + "\nInstall one (for example: sudo apt install chromium), or name one with NNCORE_CHROMIUM."
    )


def works(path: str) -> bool:
    """Whether the browser starts; Ubuntu's chromium-browser may be a stub that only names a snap."""
    try:
        done = subprocess.run([path, "--version", "--no-sandbox"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and any(word in done.stdout for word in ("Chrom", "Edge"))


Found = tuple["str | None", str]


def _installed() -> Found:
    for name in NAMES:
        path = shutil.which(name)
        if path and works(path):
            return path, name
    path = next((path for path in MAC if Path(path).exists()), None)
    return path, f"none of {', '.join(NAMES)} is on the PATH"


def _playwright() -> Found:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return (path if Path(path).exists() else None), "Playwright has not downloaded its Chromium"


def _run(name: str, *command: str) -> str:
    with Stage(name):
        done = subprocess.run(command, capture_output=True, text=True)
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip().splitlines()[-1][:200]


def _download() -> Found:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    error = _run("Downloading Playwright's Chromium", *command)
    if error:
        return None, f"Playwright's download failed: {error}"
    path = _playwright()[0]
    if path and not works(path) and _may_install():  # it starts only with the distribution's libraries
        command[3:] = ["install-deps", "chromium"]
        _run("Installing the libraries it needs", *command)
    return path, "Playwright's Chromium does not start: libraries are missing (playwright install-deps)"


def _may_install() -> bool:
    root: Callable[[], int] | None = getattr(os, "geteuid", None)
    return bool(root and root() == 0 and shutil.which("apt-get"))


def _distribution() -> Found:
    if not _may_install():
        return None, "the distribution's package needs root and apt-get"
    _run("Updating the package lists", "apt-get", "update", "-q")
    error = _run("Installing the distribution's chromium", "apt-get", "install", "-y", "-q", "chromium")
    return shutil.which("chromium"), f"apt-get install chromium: {error or 'it does not start'}"
