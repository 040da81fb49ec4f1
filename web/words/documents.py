"""Documents in another language: a Markdown text, paragraph by paragraph, by catalogues as for all words.

Code is left as it is, so a lesson or an exercise cannot differ between languages in what it does. A block
of code without a language holds a formula or the like, with words in it: it is a paragraph too. A block of
Markdown is a document again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

# What stands around the words of a paragraph: marks of a heading or a quotation, and a heading's name.
AROUND = re.compile(r"^((?:#+|>) )?(.*?)( \{#[\w-]+\})?$", re.DOTALL)
FENCE = re.compile(r"(`{3,})\s*(\w*)")
LETTERS = re.compile(r"[A-Za-z]{2}")
Piece = tuple[str, str, str]  # what stays, words, what stays


def paragraphs(markdown: str) -> list[str]:
    """What there is to be translated, in order, each once."""
    return list(dict.fromkeys(words for _, words, _ in _pieces(markdown) if LETTERS.search(words)))


def translated(markdown: str, translate: Callable[[str], str]) -> str:
    """The same document with every paragraph as `translate` puts it."""
    return "".join(
        before + (translate(words) if LETTERS.search(words) else words) + after
        for before, words, after in _pieces(markdown)
    )


def _pieces(markdown: str) -> Iterator[Piece]:
    """The text in order; joined the pieces are the text again."""
    lines = markdown.splitlines(keepends=True)
    at = 0
    while at < len(lines):
        end = at + 1
        if fence := FENCE.match(lines[at]):
            while end < len(lines) and not lines[end].startswith(fence[1]):
                end += 1
            yield lines[at], "", ""
            yield from _code(fence[2], "".join(lines[at + 1 : end]))
            yield "".join(lines[end : end + 1]), "", ""
            end += 1
        elif lines[at].strip():
            while end < len(lines) and lines[end].strip() and not FENCE.match(lines[end]):
                end += 1
            yield _parts("".join(lines[at:end]))
        else:
            yield lines[at], "", ""
        at = end


def _code(language: str, block: str) -> Iterator[Piece]:
    if language == "markdown":
        yield from _pieces(block)
    elif language:
        yield block, "", ""
    else:
        yield "", block.rstrip("\n"), block[len(block.rstrip("\n")) :]


def _parts(block: str) -> Piece:
    words = block.rstrip("\n")
    found = AROUND.match(words)
    assert found is not None
    mark, inner, name = found[1] or "", found[2], found[3] or ""
    if mark == "> ":
        inner = inner.replace("\n> ", "\n")
    return mark, inner, name + block[len(words) :]
