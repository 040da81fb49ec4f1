"""The site's own JavaScript: ES modules, served as they are from one folder named after their content."""

from __future__ import annotations

from pathlib import Path

from web.site import archive
from web.site.paths import ROOT

# Not modules: the service worker has its own scope, the theme must be known before the first paint.
CLASSIC = ("web/site/sw.js", "web/site/theme.js")


def sources() -> list[Path]:
    """Every module of the page and its worker, in a fixed order."""
    found = sorted((ROOT / "web").rglob("*.js"))
    return [path for path in found if path.relative_to(ROOT).as_posix() not in CLASSIC]


def add_modules(dist: Path) -> tuple[str, list[str]]:
    """Copy the modules; return their folder, which stands for `web/`, and their paths within it.

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
    return folder, list(texts)
