"""Documents in another language: a Markdown text, paragraph by paragraph, by catalogues as for all words.

Code is left as it is, so a lesson or an exercise cannot differ between languages in what it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from web.site.paths import ROOT

# What stands around the words of a paragraph: marks of a heading or a quotation, and a heading's name.
AROUND = re.compile(r"^((?:#+|>) )?(.*?)( \{#[\w-]+\})?$", re.DOTALL)
LESSONS = ROOT / "web" / "lessons"
WITHOUT_MNIST = (
    "> This site was built without MNIST. The links below use the small 8 × 8 digits instead, so the figures "
    "that you see differ from those in the text.\n\n"
)
TRANSLATED = ("index", "notebook", "learning-rate", "centring")  # documents of web/lessons
LETTERS = re.compile(r"[A-Za-z]{2}")


def paragraphs(markdown: str) -> list[str]:
    """What there is to be translated, in order, each once."""
    return list(dict.fromkeys(words for _, words, _ in _pieces(markdown) if LETTERS.search(words)))


def translated(markdown: str, translate: Callable[[str], str]) -> str:
    """The same document with every paragraph as `translate` puts it."""
    return "".join(
        before + (translate(words) if LETTERS.search(words) else words) + after
        for before, words, after in _pieces(markdown)
    )


def _pieces(markdown: str) -> Iterator[tuple[str, str, str]]:
    """The text in order, as (what stays, words, what stays): joined they are the text again."""
    fenced, block = False, ""
    for line in markdown.splitlines(keepends=True):
        fence = line.startswith("```")
        if fenced or fence or not line.strip():
            if block:
                yield _parts(block)
            block = ""
            yield line, "", ""
            fenced = fenced != fence
        else:
            block += line
    if block:
        yield _parts(block)


def _parts(block: str) -> tuple[str, str, str]:
    words = block.rstrip("\n")
    found = AROUND.match(words)
    assert found is not None
    mark, inner, name = found[1] or "", found[2], found[3] or ""
    if mark == "> ":
        inner = inner.replace("\n> ", "\n")
    return mark, inner, name + block[len(words) :]
