"""Slips that can be seen in the text of a wrong answer beside its solution, without running either."""

from __future__ import annotations

import ast
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
