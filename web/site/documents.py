"""The documents of the site: where they lie, and what is said in them beside their text."""

from __future__ import annotations

from web.site.paths import ROOT

LESSONS = ROOT / "web" / "lessons"
COURSE = ROOT / "web" / "course" / "build-it.md"
WITHOUT_MNIST = (
    "> This site was built without MNIST. The links below use the small 8 × 8 digits instead, so the figures "
    "that you see differ from those in the text.\n\n"
)
