"""Pages that stand alone, far from any catalogue or script: each holds all languages, in plain_page.html.

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
    frame, script = ((SITE / f"plain_page.{kind}").read_text("utf-8") for kind in ("html", "js"))
    for name in PLAIN_PAGES:
        content = (SITE / name).read_text("utf-8")
        mains = (_main(content, "en"), *(_translated(content, folder) for folder in words.languages()))
        (dist / name).write_text(fill(name, frame, {"content": "\n".join(mains), "script": script}), "utf-8")


def _main(content: str, tag: str) -> str:
    return f'<main lang="{tag}">\n{content}</main>'


def _translated(content: str, folder: str) -> str:
    translate, tag = words.translation(folder, "page"), words.tag(folder)
    content = content.replace("lessons/", f"lessons/{tag}/")
    return _main(re.sub(r">([^<>\n]+)<", lambda found: f">{translate(found[1])}<", content), tag)
