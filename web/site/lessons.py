"""Renders the documents beside the page: `web/lessons/*.md` to `dist/lessons/*.html`."""

from __future__ import annotations

import html
from pathlib import Path

from markdown_it import MarkdownIt

from web.site.paths import ROOT

LESSONS = ROOT / "web" / "lessons"
WITHOUT_MNIST = (
    "> This site was built without MNIST. The links below use the small 8 × 8 digits instead, so the figures "
    "that you see differ from those in the text.\n\n"
)


def add_lessons(dist: Path, *, mnist: bool) -> None:
    """Write every document as a page of its own, styled by the site's theme; links stay relative."""
    target = dist / "lessons"
    target.mkdir(parents=True, exist_ok=True)
    template = (ROOT / "web" / "site" / "lesson.html").read_text("utf-8")
    for source in sorted(LESSONS.glob("*.md")):
        page = render(source.read_text("utf-8"), template, mnist=mnist)
        (target / f"{source.stem}.html").write_text(page, "utf-8")


def render(text: str, template: str, *, mnist: bool) -> str:
    """One document as a page. Its first line is the title; links to other documents' .md become .html.

    Links that open the dashboard with MNIST fall back to the embedded digits where the site has no MNIST.
    """
    title, _, body = text.partition("\n")
    if not title.startswith("# "):
        raise ValueError(f"a lesson begins with {title!r}, expected '# ' and its title")
    if not mnist and "dataset=mnist" in body:
        body = "\n" + WITHOUT_MNIST + body.replace("dataset=mnist", "dataset=digits")
    content = MarkdownIt("commonmark").enable("table").render(f"{title}\n{body}")
    content = content.replace('.md"', '.html"')
    return template.replace("{{title}}", html.escape(title.removeprefix("# "))).replace(
        "{{content}}", content
    )
