"""The source of nncore's parts, ready to be changed: as a text that a `Program` can run."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys

import nncore


def original(thing: type | object) -> str:
    """The source of a class or function of nncore, after an import of what it needs from its module."""
    source = inspect.getsource(thing)  # type: ignore[arg-type]
    module = sys.modules[thing.__module__]
    used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    known = {*nncore.__all__, "np", getattr(thing, "__name__", ""), *vars(builtins)}
    needed = sorted(name for name in used - known if hasattr(module, name))
    head = f"from {module.__name__} import {', '.join(needed)}\n\n\n" if needed else ""
    return f"from __future__ import annotations\n\n{head}{source}"
