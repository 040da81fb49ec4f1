"""The source of nncore's parts, ready to be changed: as a text that a `Program` can run."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
from types import FunctionType
from typing import Any

import nncore
from nncore import schedules


def original_named(name: str) -> Any:
    """The class or function of nncore that is called `name`, if it can be changed; else None."""
    found = getattr(schedules, name, None) or getattr(nncore, name, None)
    own = str(getattr(found, "__module__", "")).startswith("nncore.")
    return found if own and isinstance(found, type | FunctionType) else None


def original(part: Any, module_source: str | None = None, *, imports: bool = True) -> str:
    """The source of a class or function of nncore, after an import of what it needs from its module.

    Without `imports` it is the source alone, for those who want to read it.

    `module_source` is the text of the module, for those who have it and no files beside the compiled ones.
    """
    module = sys.modules[part.__module__]
    text = module_source or inspect.getsource(module)
    definitions = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef | ast.FunctionDef))
    node = next(node for node in definitions if node.name == part.__name__)
    decorators = [each for each in node.decorator_list if not _adds_to_a_registry(each)]
    first = min(line.lineno for line in [node, *decorators])
    source = "\n".join(text.splitlines()[first - 1 : node.end_lineno])
    if not imports:
        return source + "\n"
    used = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    known = {*nncore.__all__, "np", part.__name__, *vars(builtins)}
    needed = sorted(name for name in used - known if hasattr(module, name))
    head = f"from {module.__name__} import {', '.join(needed)}\n\n\n" if needed else "\n"
    return f"from __future__ import annotations\n\n{head}{source}\n"


def _adds_to_a_registry(decorator: ast.expr) -> bool:
    """Whether it is `@OPTIMIZERS.add(...)` or the like: a part of one's own does not take that name again."""
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr == "add"
    )
