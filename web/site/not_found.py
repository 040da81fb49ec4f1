"""404.html: it may be shown at any depth of the site, far from any catalogue, so it holds all languages."""

from __future__ import annotations

import re
from pathlib import Path

from web.site import words
from web.site.page import fill
from web.site.paths import SITE


def add_not_found(dist: Path) -> None:
    """Write 404.html, in which every language stands after the other; its script shows one of them."""
    template = fill("404.html", (SITE / "404.html").read_text("utf-8"), {"script": _script()})
    main = template[template.index("<main") : template.index("<script")]
    others = (_translated(main, folder) for folder in words.languages())
    (dist / "404.html").write_text(template.replace(main, "".join((main, *others))), "utf-8")


def _script() -> str:
    return (SITE / "not_found.js").read_text("utf-8")


def _translated(main: str, folder: str) -> str:
    translate = words.translation(folder, "page")
    main = main.replace('lang="en"', f'lang="{words.tag(folder)}"')
    return re.sub(r">([^<>\n]+)<", lambda found: f">{translate(found[1])}<", main)
