"""The site's own JavaScript: ES modules, served as they are from one folder named after their content."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from pathlib import Path

from web.site import archive
from web.site.paths import ROOT, SITE

IMPORTED = re.compile(r'^(?:import|export)\s[^;"]*?from "(\.[^"]+)"', re.MULTILINE)


def sources() -> list[Path]:
    """Every module of the page and its worker, in a fixed order.

    What lies in `web/site` is no module: the service worker, and what stands in index.html itself.
    """
    return [path for path in sorted((ROOT / "web").rglob("*.js")) if path.parent != SITE]


def add_modules(dist: Path) -> tuple[str, dict[str, str]]:
    """Copy the modules; return their folder, which stands for `web/`, and the integrity of each path in it.

    They import each other by relative paths, so the folder can be renamed with every change: what is
    in it may be cached for ever, and versions cannot mix.
    """
    texts = {path.relative_to(ROOT / "web").as_posix(): path.read_bytes() for path in sources()}
    content = archive.fingerprint(*(name.encode() + b"\n" + text for name, text in texts.items()))
    folder = f"lib/modules-{content}/"
    for name, text in texts.items():
        target = dist / folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
    return folder, {name: archive.integrity(text) for name, text in texts.items()}


def in_order_of_need(entries: Iterable[str]) -> list[str]:
    """`entries`, paths below `web/`, each before the modules it imports, and these before the next entry."""
    found: dict[str, None] = {}

    def add(name: str) -> None:
        if name not in found:
            found[name] = None
            for path in IMPORTED.findall((ROOT / "web" / name).read_text("utf-8")):
                add(posixpath.normpath(posixpath.join(posixpath.dirname(name), path)))

    for entry in entries:
        add(entry)
    return list(found)
