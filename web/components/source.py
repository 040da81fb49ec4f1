"""Reads the scripts of the components."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def source(*names: str) -> str:
    """The scripts `names` of this folder as one module.

    Panel loads a component's module from a blob, where relative imports cannot work, so what several
    components share is joined in front of each.
    """
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)
