"""A script that can be left in its loops: compiled so that it pauses at every turn of its outer loops.

A training loop written at the top of a file would keep everybody waiting until it ends.  Here each turn of
it begins with an `await` that the reader does not see, and the whole text becomes a coroutine that somebody
else takes a step further when there is time.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Generator, Iterator
from types import CodeType
from typing import Any

PAUSE = "__pause__"


class _Pause:
    def __await__(self) -> Generator[None, None, None]:
        yield


class _Pauses(ast.NodeTransformer):
    """Puts a pause first in the body of every loop outside functions and classes."""

    def _leave(self, node: ast.AST) -> ast.AST:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _leave  # noqa: N815

    def _loop(self, node: ast.For | ast.While) -> ast.AST:
        self.generic_visit(node)
        pause = ast.Expr(ast.Await(ast.Name(PAUSE, ast.Load())))
        node.body.insert(0, ast.fix_missing_locations(ast.copy_location(pause, node)))
        return node

    visit_For = visit_While = _loop  # noqa: N815


def compile_with_pauses(tree: ast.Module, filename: str) -> CodeType:
    """The parsed text compiled, pauses put in; raises SyntaxError."""
    return compile(_Pauses().visit(tree), filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def run_with_pauses(code: CodeType, namespace: dict[str, Any]) -> Iterator[None]:
    """Run what `compile_with_pauses` returned, in pieces: yields at every turn of an outer loop."""
    namespace[PAUSE] = _Pause()
    started = eval(code, namespace)
    if code.co_flags & inspect.CO_COROUTINE:
        yield from started.__await__()
