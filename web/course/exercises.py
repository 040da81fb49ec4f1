"""Reads a course: one Markdown file (`web/lessons/exercises.md` tells how to write one).

Nothing is executed here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from web.words import _

ROLES = ("given", "blank", "solution", "checks", "mistake")
MAX_CHARACTERS = 1_000_000
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")  # a stranger's file brings no HTML


class CourseError(ValueError):
    """A file is no course; the message names the line."""


@dataclass(frozen=True)
class Mistake:
    """A usual wrong answer, and what to say to whoever gives it."""

    code: str
    explanation: str


@dataclass(frozen=True)
class Exercise:
    """One step.

    Attributes
    ----------
    id, title : str
    text : str                  the explanation, as HTML
    given, blank : str          code that stands before the answer; what the answer begins as
    solution, checks : str
    after : str                 the exercise whose answer this one goes on from; '' if none
    aside : bool                whether later exercises do not build on it
    mistakes : tuple of Mistake
    hints : tuple of str        HTML, from a nudge to nearly all
    """

    id: str
    title: str
    text: str
    given: str
    blank: str
    solution: str
    checks: str
    after: str = ""
    aside: bool = False
    mistakes: tuple[Mistake, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Course:
    """All of a file: its title, what stands before the first exercise (HTML), the exercises."""

    title: str
    intro: str
    exercises: tuple[Exercise, ...]

    def exercise(self, id: str) -> Exercise:
        """The exercise of that name; KeyError if there is none."""
        for exercise in self.exercises:
            if exercise.id == id:
                return exercise
        raise KeyError(id)


def read_course(markdown: str) -> Course:
    """The course in a Markdown text; raises CourseError."""
    if len(markdown) > MAX_CHARACTERS:
        raise CourseError(
            _("got {n} characters, expected at most {most}", n=len(markdown), most=MAX_CHARACTERS)
        )
    head, *parts = _split(MARKDOWN.parse(markdown), "h2")
    if not head or head[0].tag != "h1":
        raise CourseError(_("line 1: expected '# ' and the course's title"))
    if not parts:
        raise CourseError(_("got no exercise, expected at least one: '## ' and its title"))
    solutions: dict[str, str] = {}
    exercises = []
    for part in parts:
        exercise = _exercise(part, solutions)
        if exercise.id in solutions:
            raise CourseError(
                _(
                    "{where}: there is already an exercise called {id!r}",
                    where=_where(part[0]),
                    id=exercise.id,
                )
            )
        solutions[exercise.id] = exercise.solution
        exercises.append(exercise)
    return Course(_text(head[1]), _html(head[3:]), tuple(exercises))


def questions(checks: str) -> list[str]:
    """The names of the functions of an exercise's checks that ask something about the answer."""
    functions = (node.name for node in ast.parse(checks).body if isinstance(node, ast.FunctionDef))
    return [name for name in functions if not name.startswith("_")]


def go_on(before: str, code: str) -> str:
    """An answer that goes on from the one before: indented code continues its last class."""
    return f"{before.rstrip()}\n\n{code}" if code[:1] in (" ", "\t") else code


@dataclass
class _Blocks:
    """The parts of an exercise, as they are met."""

    text: list[Token] = field(default_factory=list)
    hints: list[list[Token]] = field(default_factory=list)
    code: dict[str, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    after: str = ""
    aside: bool = False


def _exercise(tokens: Sequence[Token], solutions: dict[str, str]) -> Exercise:
    title, id = _title(_text(tokens[1]))
    where = f"{_where(tokens[0])}, {title!r}"
    blocks = _Blocks()
    body, *rest = _split(tokens[3:], "h3")
    _take(body, blocks, where)
    for part in rest:
        if not _text(part[1]).lower().startswith(("hint", _("Hint").lower())):
            blocks.text += part
        else:
            blocks.hints.append([])
            _take(part[3:], blocks, where)
    for role in ("solution", "checks"):
        if role not in blocks.code:
            raise CourseError(
                _(
                    "{where}: got no block of code marked {role!r}, expected one: ```python {role}",
                    where=where,
                    role=role,
                )
            )
    if not questions(blocks.code["checks"]):
        raise CourseError(
            _(
                "{where}: the checks ask nothing, expected a function that gives back what to compare: "
                "def values(): return …",
                where=where,
            )
        )
    if blocks.after and blocks.after not in solutions:
        raise CourseError(
            _("{where}: goes on after {id!r}, expected an exercise further up", where=where, id=blocks.after)
        )
    before = solutions.get(blocks.after, "")
    return Exercise(
        id=id,
        title=title,
        text=_html(blocks.text),
        given=blocks.code.get("given", ""),
        blank=blocks.code.get("blank", ""),
        solution=go_on(before, blocks.code["solution"]),
        checks=blocks.code["checks"],
        after=blocks.after,
        aside=blocks.aside,
        mistakes=tuple(Mistake(go_on(before, m.code), m.explanation) for m in blocks.mistakes),
        hints=tuple(map(_html, blocks.hints)),
    )


def _take(tokens: Sequence[Token], blocks: _Blocks, where: str) -> None:
    """Sort the blocks of one section by what they are."""
    i = 0
    while i < len(tokens):
        token = tokens[i]
        i += 1
        words = token.info.split() if token.type == "fence" else []
        if len(words) < 2:
            (blocks.hints[-1] if blocks.hints else blocks.text).append(token)
            continue
        role = words[1]
        if role not in ROLES:
            raise CourseError(
                _(
                    "{where}: got a block marked {role!r}, expected one of {roles}",
                    where=_where(token),
                    role=role,
                    roles=", ".join(ROLES),
                )
            )
        for word in words[2:]:
            if word == "aside":
                blocks.aside = True
            elif word.startswith("after="):
                blocks.after = word.removeprefix("after=")
            else:
                raise CourseError(
                    _(
                        "{where}: got {word!r} after {role!r}, expected after=… or aside",
                        where=_where(token),
                        word=word,
                        role=role,
                    )
                )
        if role != "blank":
            _expect_python(token)
        if role == "mistake":
            end = _end_of_quote(tokens, i)
            if end == i:
                raise CourseError(
                    _(
                        "{where}: a mistake's explanation is missing, expected '> ' and text",
                        where=_where(token),
                    )
                )
            blocks.mistakes.append(Mistake(token.content, _plain(tokens[i:end])))
            i = end
        elif role in blocks.code:
            raise CourseError(
                _("{where}: got a second block marked {role!r}, expected one", where=where, role=role)
            )
        else:
            blocks.code[role] = token.content


def _expect_python(token: Token) -> None:
    """Raise CourseError, with the line of the file, unless the block is Python, or methods of a class."""
    methods = token.content[:1] in (" ", "\t")
    try:
        ast.parse(f"class _:\n{token.content}" if methods else token.content)
    except SyntaxError as error:
        first = (token.map[0] if token.map else 0) + 1 - methods
        raise CourseError(
            _(
                "line {line}: this is no Python: {error}",
                line=first + (error.lineno or 1),
                error=error.msg,
            )
        ) from None


def _split(tokens: Sequence[Token], tag: str) -> list[list[Token]]:
    """The tokens cut before every heading of that level."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "heading_open" and token.tag == tag:
            parts.append([])
        parts[-1].append(token)
    return parts


def _end_of_quote(tokens: Sequence[Token], start: int) -> int:
    """Where the quotation that begins at `start` ends; `start` if there is none."""
    if start >= len(tokens) or tokens[start].type != "blockquote_open":
        return start
    return next(i for i in range(start, len(tokens)) if tokens[i].type == "blockquote_close") + 1


def _title(text: str) -> tuple[str, str]:
    """A heading's title and name: `Softmax {#softmax}`, or the name is made of the title."""
    found = re.fullmatch(r"(.*?)\s*\{#([\w-]+)\}", text)
    if found:
        return found[1], found[2]
    return text, re.sub(r"\W+", "-", text.lower()).strip("-")


def _text(token: Token) -> str:
    return token.content.strip()


def _plain(tokens: Sequence[Token]) -> str:
    return " ".join(token.content.replace("\n", " ") for token in tokens if token.type == "inline")


def _html(tokens: Sequence[Token]) -> str:
    return MARKDOWN.renderer.render(list(tokens), MARKDOWN.options, {}).strip()


def _where(token: Token) -> str:
    return _("line {line}", line=token.map[0] + 1) if token.map else _("the file")
