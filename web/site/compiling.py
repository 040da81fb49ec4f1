"""The archive of libraries, kept in the cache until its recipe changes."""

from __future__ import annotations

from pathlib import Path

from . import archive
from .console import Stage
from .paths import cache_dir
from .vendor import save


def compile_packages(wheels: list[Path], pyodide: dict[str, Path]) -> bytes:
    """The zip that the worker unpacks into its site-packages."""
    path = cache_dir() / "packages" / f"{archive.recipe_key()}.zip"
    if not path.exists():
        with Stage("Packing the Python libraries"):
            save(path, archive.pack(archive.wheel_entries(wheels)))
    return path.read_bytes()
