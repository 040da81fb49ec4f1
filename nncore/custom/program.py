"""A visitor's text, run."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from math import inf
from types import CodeType, ModuleType
from typing import Any

import numpy as np

import nncore
from nncore.custom import limit
from nncore.custom.errors import CodeError, explain
from nncore.custom.output import Output
from nncore.custom.parts import Parts, find_parts
from nncore.custom.pauses import compile_with_pauses, run_with_pauses

MODULE = "__custom__"  # what the classes call their module
SECONDS = 5.0
DONE = object()
NAMED = ast.ClassDef | ast.FunctionDef

sys.modules[MODULE] = ModuleType(MODULE)  # dataclasses look their module up


def _lines(tree: ast.Module) -> dict[str, int]:
    """Where classes and functions begin by name, and methods by `Class.method`."""
    found = {}
    for node in tree.body:
        if isinstance(node, NAMED):
            found[node.name] = node.lineno
        if isinstance(node, ast.ClassDef):
            methods = (method for method in node.body if isinstance(method, ast.FunctionDef))
            found |= {f"{node.name}.{method.name}": method.lineno for method in methods}
    return found


@lru_cache(maxsize=64)  # a course asks the same questions of many answers
def _compiled(text: str, filename: str) -> tuple[CodeType, dict[str, int]]:
    tree = ast.parse(text, filename)
    lines = _lines(tree)
    return compile_with_pauses(tree, filename), lines


class Program:
    """Python text of somebody's own, and what became of it when it ran.

    The text sees NumPy as `np`, all of nncore's public names, and `show`.  Nothing runs before `run` or
    `steps` is called.

    Parameters
    ----------
    text : str
    name : str                  what errors call it
    seconds : float             how long it may run between two pauses, or within one `guard`
    modules : mapping           modules that an `import` in the text finds before all others
    given : mapping             further names that it sees
    output : Output             where what it prints goes

    Attributes
    ----------
    namespace : dict            the names that the text defined, and those it was given
    parts : Parts               what it defines for a network; empty before it has run

    Raises CodeError if the text is no Python.
    """

    def __init__(
        self,
        text: str,
        name: str = "code",
        *,
        seconds: float = SECONDS,
        modules: Mapping[str, ModuleType] | None = None,
        given: Mapping[str, Any] | None = None,
        output: Output | None = None,
    ) -> None:
        self.text, self.name, self.seconds = text, name, seconds
        self.output = output or Output()
        self.filename = f"<{name}>"
        self.parts = Parts()
        self._modules = dict(modules or {})
        self._given = dict(given or {})
        self._code = self._compile()
        self._before = self._fresh_namespace()
        self.namespace = dict(self._before)

    def _compile(self) -> CodeType:
        try:
            code, self._lines = _compiled(self.text, self.filename)
        except (SyntaxError, ValueError, RecursionError) as error:  # ValueError: a null character
            raise explain(error, self.filename) or CodeError(str(error)) from None
        limit.watch(code)
        lines = self.text.splitlines(keepends=True)
        linecache.cache[self.filename] = (len(self.text), None, lines, self.filename)  # for tracebacks
        return code

    def _fresh_namespace(self) -> dict[str, Any]:
        namespace: dict[str, Any] = {name: getattr(nncore, name) for name in nncore.__all__}
        own_builtins = vars(builtins) | {"print": self.output.print, "__import__": self._import}
        return {
            **namespace,
            **self._given,
            "np": np,
            "show": self.output.show,
            "__name__": MODULE,
            "__builtins__": own_builtins,
        }

    def _import(
        self, name: str, globals_: Any = None, locals_: Any = None, fromlist: Any = (), level: int = 0
    ) -> ModuleType:
        found = self._modules.get(name if fromlist else name.partition(".")[0])
        return found or builtins.__import__(name, globals_, locals_, fromlist, level)

    @classmethod
    def of_module(cls, module: ModuleType) -> Program:
        """The program that an imported module is, or a script that runs: nothing is run again."""
        program = cls(inspect.getsource(module), module.__name__, seconds=inf)
        program.filename, program.namespace = str(module.__file__), vars(module)
        program.parts = find_parts(program.namespace, module.__name__)
        return program

    def run(self) -> Program:
        """Run the text from beginning to end; returns self.  Raises CodeError."""
        for _ in self.steps():
            pass
        return self

    def steps(self) -> Iterator[None]:
        """Run the text in pieces: pauses at every turn of its outer loops.  Raises CodeError.

        NumPy's global random numbers begin from the same seed each time, so that every run is the same.
        """
        self.output.clear()
        self._before = self._fresh_namespace()
        self.namespace = dict(self._before)
        np.random.seed(0)
        pieces = run_with_pauses(self._code, self.namespace)
        while True:
            with self.guard():
                if next(pieces, DONE) is DONE:
                    break
            yield
        self.parts = find_parts(self.namespace, MODULE)

    @contextmanager
    def guard(self, seconds: float | None = None) -> Iterator[None]:
        """Within this block the program's code has a time limit, and what it raises becomes a CodeError.

        What others raise, such as a layer of nncore that was given the wrong shape, stays as it is.
        """
        try:
            with limit.time_limit(seconds or self.seconds):
                yield
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            if (told := explain(error, self.filename)) is None:
                raise
            raise told from error

    @property
    def defined(self) -> dict[str, Any]:
        """The names that the text itself gave something to."""
        before = self._before
        return {
            name: value
            for name, value in self.namespace.items()
            if not name.startswith("__") and (name not in before or before[name] is not value)
        }

    def line_of(self, name: str, *methods: str) -> int | None:
        """Where the first of these `methods` that the class `name` has begins, or else `name` itself."""
        found = (self._lines.get(f"{name}.{method}") for method in methods)
        return next((line for line in found if line), self._lines.get(name))
