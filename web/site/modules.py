"""The site's own JavaScript: ES modules, served as they are from one folder named after their content."""

from __future__ import annotations

from pathlib import Path

from web.site import archive
from web.site.paths import ROOT, SITE


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
