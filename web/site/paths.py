"""Where things are: the repository, what it builds, and the user's cache folder."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "web" / "site"
DIST = ROOT / "dist"
VENV = ROOT / ".venv"


def cache_dir() -> Path:
    """The folder for fetched files: `NNCORE_CACHE`, else `nncore` in the user's cache folder."""
    chosen = os.environ.get("NNCORE_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "nncore"
