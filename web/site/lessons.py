"""Renders the documents beside the page: `web/lessons/*.md` to `dist/lessons/*.html`."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from web.site import words
from web.site.documents import LESSONS, WITHOUT_MNIST
from web.site.page import fill
from web.site.paths import SITE
from web.words.documents import translated


def add_lessons(dist: Path, *, mnist: bool) -> None:
    """Write every document as a page of its own, styled by the site's theme; links stay relative.

    In another language a document lies in a folder named after it, and its links keep the language.
    """
    (dist / "lessons").mkdir(parents=True, exist_ok=True)
    template = (SITE / "lesson.html").read_text("utf-8")
    for folder in ("", *words.languages()):
        target = dist / "lessons" / words.tag(folder)
        target.mkdir(exist_ok=True)
        for source in sorted(LESSONS.glob("*.md")):
            text = source.read_text("utf-8")
            page = render(text, template, mnist=mnist, name=source.stem, folder=folder)
            (target / f"{source.stem}.html").write_text(page, "utf-8")


def render(text: str, template: str, *, mnist: bool, name: str = "index", folder: str = "") -> str:
    """One document as a page. Its first line is the title; links to other documents' .md become .html.

    Links that open the dashboard with MNIST fall back to the embedded digits where the site has no MNIST.
    `name` is that of its file; `folder` is that of the language it is to be translated into.
    """
    note = WITHOUT_MNIST
    said: Callable[[str], str] = str
    if folder:
        said, translate = words.translation(folder, "page"), words.translation(folder, "lessons")
        text = _in_its_folder(translated(text, translate), words.tag(folder))
        note = translated(WITHOUT_MNIST, translate)
    title, _, body = text.partition("\n")
    if not title.startswith("# "):
        raise ValueError(f"a lesson begins with {title!r}, expected '# ' and its title")
    if not mnist and "dataset=mnist" in body:
        body = "\n" + note + body.replace("dataset=mnist", "dataset=digits")
    content = MarkdownIt("commonmark").enable("table").render(f"{title}\n{body}")
    content = content.replace("<pre>", '<pre tabindex="0">')  # the keyboard scrolls long lines
    values = {
        "title": html.escape(title.removeprefix("# ")),
        "content": content.replace('.md"', '.html"'),
        "root": "../../" if folder else "../",
        "language": words.tag(folder) or "en",
        "site": said("Site"),
        "lessons": said("Lessons"),
        "languages": _elsewhere(name, folder),
    }
    return fill("lesson.html", template, values)


def _in_its_folder(document: str, language: str) -> str:
    """The links of a document that lies one folder deeper; those to the dashboard name the language."""
    return document.replace("](../#", f"](../../#lang={language}&")


def _elsewhere(name: str, folder: str) -> str:
    """Links to the same document in the other languages."""
    others = (other for other in ("", *words.languages()) if other != folder)
    return " ".join(
        f'<a href="{"../" if folder else ""}{words.tag(other) + "/" if other else ""}{name}.html" '
        f'lang="{words.tag(other) or "en"}">{words.own_name(other) if other else words.OWN_NAME}</a>'
        for other in others
    )
