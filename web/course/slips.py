"""Slips that can be seen in the text of a wrong answer beside its solution, without running either."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from web.course.looks import LOOKS, read


@dataclass(frozen=True)
class Slip:
    """One of them: its kind, the line of the answer, and what to say about it."""

    kind: str
    line: int
    text: str


def slips(answer: str, solution: str) -> list[Slip]:
    """What can be seen, what explains most first.  Both texts are Python that compiles."""
    code, right = read(answer), read(solution)
    return [Slip(kind, line, text) for kind, look in LOOKS.items() for line, text in look(code, right)]


def target(code: str, line: int) -> str:
    """What the statement in that line gives a value to, or 'return'; "" for a name that nobody else sees."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Return) and node.lineno <= line <= (
            node.end_lineno or 0
        ):
            if isinstance(node, ast.Return):
                return "return"
            to = node.targets[0] if isinstance(node, ast.Assign) else node.target
            return "" if isinstance(to, ast.Name) else ast.unparse(to)
    return ""


def where(answer: str, mistake: str, solution: str) -> int | None:
    """The line of the answer that stands where such a mistake departs from the solution, if one does."""
    right = {(place, words) for place, words, _line in _statements(solution)}
    wrong = [(place, words) for place, words, _line in _statements(mistake) if (place, words) not in right]
    own = list(_statements(answer))
    alike = {(place, words): line for place, words, line in own}
    there = {place: line for place, _words, line in own}
    lines = (alike.get((place, words)) or there.get(place) for place, words in reversed(wrong))
    return next(filter(None, lines), None)


def _statements(code: str) -> Iterator[tuple[tuple[str, str], str, int]]:
    """Of each statement its function and what it gives a value to, its words, and its line."""
    for name, function in read(code).functions.items():
        for node in ast.walk(function):
            match node:
                case ast.Return():
                    yield (name, "return"), ast.unparse(node), node.lineno
                case ast.For():
                    yield (name, "for"), ast.unparse(node.iter), node.lineno
                case ast.Assign():
                    yield (name, ast.unparse(node.targets[0])), ast.unparse(node), node.lineno
                case ast.AugAssign():
                    yield (name, ast.unparse(node.target)), ast.unparse(node), node.lineno
