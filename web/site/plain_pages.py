"""Pages that stand alone, far from any catalogue or script: each holds all languages.

404.html may be shown at any depth of the site; browser.html is for those too old for everything else.
"""

from __future__ import annotations

import re
from pathlib import Path

from web.site import words
from web.site.page import fill
from web.site.paths import SITE

PLAIN_PAGES = ("404.html", "browser.html")


def add_plain_pages(dist: Path) -> None:
    """Write them, the languages one after the other; the script in them shows one."""
    script = (SITE / "plain_page.js").read_text("utf-8")
    for name in PLAIN_PAGES:
        page = fill(name, (SITE / name).read_text("utf-8"), {"script": script})
        main = page[page.index("<main") : page.index("<script")]
        others = (_translated(main, folder) for folder in words.languages())
        (dist / name).write_text(page.replace(main, "".join((main, *others))), "utf-8")


def _translated(main: str, folder: str) -> str:
    translate, tag = words.translation(folder, "page"), words.tag(folder)
    main = main.replace('lang="en"', f'lang="{tag}"').replace("lessons/", f"lessons/{tag}/")
    return re.sub(r">([^<>\n]+)<", lambda found: f">{translate(found[1])}<", main)
