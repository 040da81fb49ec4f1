"""The faults that can be planted: Cosmic Ray's, at every place where they would make a difference."""

from __future__ import annotations

import ast
import difflib
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

Place = tuple[str, int, int, int, int]  # file, first line and column, last line and column
Fault = tuple[str, int]  # an operator of Cosmic Ray, and which of its occurrences in the file


@dataclass(frozen=True)
class Mutant:
    """A file with one fault in it.

    Attributes
    ----------
    path : str          of the file, from the repository's root
    line : int          where the fault is
    text : str          the whole file
    diff : str          what is other than in the original
    """

    path: str
    line: int
    text: str
    diff: str

    @property
    def change(self) -> tuple[str, str]:
        """The lines that were, and those that took their place, without indentation."""
        changed = [line for line in self.diff.splitlines() if line[:3] not in ("---", "+++")]
        was, becomes = ([line[1:].strip() for line in changed if line[:1] == sign] for sign in "-+")
        return " ".join(was), " ".join(becomes)


def sample(root: Path, paths: list[str], count: int, seed: int) -> list[Mutant]:
    """`count` mutants of the files below `paths`; every place is as likely, however many faults fit it."""
    files = sorted(file for path in paths for file in _files(root / path))
    places: dict[Place, list[Fault]] = defaultdict(list)
    for file in files:
        for place, fault in _faults(file.relative_to(root).as_posix(), file.read_text("utf-8")):
            places[place].append(fault)
    draw = random.Random(seed)
    order = draw.sample(sorted(places), len(places))
    mutants = (_mutant(root, place, draw.sample(places[place], len(places[place]))) for place in order)
    return list(islice((mutant for mutant in mutants if mutant), count))


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))


def _faults(path: str, text: str) -> Iterator[tuple[Place, Fault]]:
    unseen, nodes = _without_effect(text), list(ast_nodes(get_ast(text)))
    for name in operator_names():
        operator_class = get_operator(name)
        if operator_class.arguments():
            continue
        operator = operator_class()
        positions = (p for node in nodes for p in operator.mutation_positions(node))
        for occurrence, (start, end) in enumerate(positions):
            if not any(first <= start and end <= last for first, last in unseen):
                yield (path, *start, *end), (name, occurrence)


def _without_effect(text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where no fault can be noticed: types, which nobody evaluates; `frozen`, a promise of ours."""
    found: list[ast.AST | None] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.arg | ast.AnnAssign):
            found.append(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(node.returns)
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            found.append(node)
        elif isinstance(node, ast.keyword) and node.arg == "frozen":
            found.append(node.value)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))  # type: ignore[attr-defined]
        for node in found
        if node is not None
    ]


def _mutant(root: Path, place: Place, faults: list[Fault]) -> Mutant | None:
    """The first of the faults that is Python, and means something else than the original."""
    path, line, *_ = place
    original = (root / path).read_text("utf-8")
    for name, occurrence in faults:
        text = mutate_code(original, get_operator(name)(), occurrence)
        if text is not None and _differ(original, text):
            lines = difflib.unified_diff(
                original.splitlines(), text.splitlines(), path, path, n=1, lineterm=""
            )
            return Mutant(path, line, text, "\n".join(lines))
    return None


def _differ(original: str, text: str) -> bool:
    try:
        return _meaning(original) != _meaning(text)
    except SyntaxError:
        return False


def _meaning(text: str) -> str:
    return ast.dump(_Canonical().visit(ast.parse(text)))


class _Canonical(ast.NodeTransformer):
    """Writes alike what is alike.

    `is` and `==` beside a literal text; any negative length in a `reshape`; `*` and `/` in a signature.
    """

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        self.generic_visit(node)
        names = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        defaults = [*node.defaults, *(default for default in node.kw_defaults if default)]
        return ast.arguments([], names, node.vararg, [], [], node.kwarg, defaults)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.comparators[0], ast.Constant) and isinstance(node.comparators[0].value, str):
            alike: dict[type[ast.cmpop], ast.cmpop] = {ast.Is: ast.Eq(), ast.IsNot: ast.NotEq()}
            node.ops = [alike.get(type(op), op) for op in node.ops]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "reshape":
            node.args = [_Lengths().visit(argument) for argument in node.args]
        return node


class _Lengths(ast.NodeTransformer):
    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        return ast.Constant(-1) if isinstance(node.op, ast.USub | ast.Invert) else node
