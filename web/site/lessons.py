"""Renders the documents beside the page: `web/lessons/*.md` to `dist/lessons/*.html`."""

from __future__ import annotations

import html
import re
from pathlib import Path

from markdown_it import MarkdownIt

from web.site import words
from web.site.documents import LESSONS, TRANSLATED, WITHOUT_MNIST, translated
from web.site.page import fill
from web.site.paths import SITE


def add_lessons(dist: Path, *, mnist: bool) -> None:
    """Write every document as a page of its own, styled by the site's theme; links stay relative.

    In another language a document lies in a folder named after it, and its links keep the language.
    """
    (dist / "lessons").mkdir(parents=True, exist_ok=True)
    template = (SITE / "lesson.html").read_text("utf-8")
    for source in sorted(LESSONS.glob("*.md")):
        page = render(source.read_text("utf-8"), template, mnist=mnist)
        (dist / "lessons" / f"{source.stem}.html").write_text(page, "utf-8")
    for folder in words.languages():
        target = dist / "lessons" / words.tag(folder)
        target.mkdir()
        for name in TRANSLATED:
            text = (LESSONS / f"{name}.md").read_text("utf-8")
            (target / f"{name}.html").write_text(render(text, template, mnist=mnist, folder=folder), "utf-8")


def render(text: str, template: str, *, mnist: bool, folder: str = "") -> str:
    """One document as a page. Its first line is the title; links to other documents' .md become .html.

    Links that open the dashboard with MNIST fall back to the embedded digits where the site has no MNIST.
    `folder` is that of the language it is to be translated into.
    """
    root, language, note, lessons = "../", "en", WITHOUT_MNIST, "Lessons"
    if folder:
        root, language = "../../", words.tag(folder)
        translate = words.translation(folder, "lessons")
        text = _in_its_folder(translated(text, translate), language)
        note, lessons = translated(WITHOUT_MNIST, translate), words.translation(folder, "page")("Lessons")
    title, _, body = text.partition("\n")
    if not title.startswith("# "):
        raise ValueError(f"a lesson begins with {title!r}, expected '# ' and its title")
    if not mnist and "dataset=mnist" in body:
        body = "\n" + note + body.replace("dataset=mnist", "dataset=digits")
    content = MarkdownIt("commonmark").enable("table").render(f"{title}\n{body}")
    values = {
        "title": html.escape(title.removeprefix("# ")),
        "content": content.replace('.md"', '.html"'),
        "root": root,
        "language": language,
        "lessons": lessons,
    }
    return fill("lesson.html", template, values)


def _in_its_folder(document: str, language: str) -> str:
    """The links of a document that lies one folder deeper; those to the dashboard name the language."""
    document = document.replace("](../#", f"](../../#lang={language}&")
    return re.sub(
        r"\]\(([\w-]+)\.md\)", lambda to: to[0] if to[1] in TRANSLATED else f"](../{to[1]}.md)", document
    )
