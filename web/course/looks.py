"""What is looked for in the text of a wrong answer, beside its solution: each look gives lines, and words."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from web.words import _

Function = ast.FunctionDef
Loop = ast.For | ast.While
CHANGED = "changed"  # a kind of slip that is none where it does no harm
#: Of NumPy, what is called for what it does to its argument.
WRITERS = {"copyto", "fill_diagonal", "place", "put", "putmask", "seterr", "set_printoptions"}


@dataclass(frozen=True)
class Code:
    """A text and what it defines: functions by name, methods by `Class.method`."""

    lines: tuple[str, ...]
    tree: ast.Module
    functions: dict[str, Function]
    classes: dict[str, ast.ClassDef]


def read(text: str) -> Code:
    """A text that is Python."""
    tree = ast.parse(text)
    functions = {node.name: node for node in tree.body if isinstance(node, Function)}
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for cls in classes.values():
        functions |= {f"{cls.name}.{node.name}": node for node in cls.body if isinstance(node, Function)}
    return Code(tuple(text.splitlines()), tree, functions, classes)


def _misplaced(code: Code, right: Code) -> Iterator[tuple[int, str]]:
    """A method that is missing in its class, stands outside it, or is called otherwise."""
    for name in right.functions:
        owner, _dot, method = name.rpartition(".")
        if name in code.functions or owner not in code.classes:
            continue
        own = [each.rpartition(".")[2] for each in code.functions if each.startswith(f"{owner}.")]
        if method in code.functions:
            line = code.functions[method].lineno
            yield (
                line,
                _("`{method}` stands outside the class `{owner}`: indent it.", method=method, owner=owner),
            )
        elif near := get_close_matches(
            method, [each for each in own if f"{owner}.{each}" not in right.functions]
        ):
            line = code.functions[f"{owner}.{near[0]}"].lineno
            yield line, _("The method is called `{method}`, not `{near}`.", method=method, near=near[0])
        else:
            line = code.classes[owner].lineno
            yield (
                line,
                _("The class `{owner}` has no method `{method}` any more.", owner=owner, method=method),
            )


def _without_self(code: Code, right: Code) -> Iterator[tuple[int, str]]:
    for name, function in code.functions.items():
        arguments = function.args.args
        if "." in name and name in right.functions and [each.arg for each in arguments[:1]] != ["self"]:
            yield (
                function.lineno,
                _("The first argument of `{method}` has to be `self`.", method=function.name),
            )


def _without_return(code: Code, right: Code) -> Iterator[tuple[int, str]]:
    for name, function in code.functions.items():
        if name not in right.functions or _returns(function) or not _returns(right.functions[name]):
            continue
        last = function.body[-1]
        if isinstance(last, ast.Expr) and not isinstance(last.value, ast.Constant):
            yield last.lineno, _("This is worked out and dropped: is there a `return` missing before it?")
        else:
            yield function.lineno, _("`{name}` gives nothing back: is there a `return`?", name=function.name)


def _early_return(code: Code, right: Code) -> Iterator[tuple[int, str]]:
    for name, function in code.functions.items():
        if name in right.functions and not any(_returns_in_loop(right.functions[name])):
            for line in _returns_in_loop(function):
                yield (
                    line,
                    _("This `return` stands in the loop, and ends it in its first turn: move it left."),
                )


def _dropped(code: Code, right: Code) -> Iterator[tuple[int, str]]:
    called = {node.func.attr for node in _all(right, ast.Call) if isinstance(node.func, ast.Attribute)}
    for node in _all(code, ast.Expr):
        value = node.value
        if isinstance(value, ast.Attribute) and value.attr in called:
            yield (
                node.lineno,
                _("`{name}` is only named here, not called: write `{name}()`.", name=ast.unparse(value)),
            )
        elif isinstance(value, ast.BinOp | ast.Compare | ast.Attribute | ast.Name) or _is_numpys(value):
            yield (
                node.lineno,
                _("This is worked out and dropped: is a `return` missing before it, or a name and `=`?"),
            )


def _assigned_sign(code: Code, right: Code) -> Iterator[tuple[int, str]]:
    for node in _all(code, ast.Assign):
        to = node.targets[-1]
        rest = code.lines[to.end_lineno - 1].encode()[to.end_col_offset :].decode()  # columns are of bytes
        if found := re.match(r"\s*=([+-])\s", rest):
            sign = found[1]
            yield (
                node.lineno,
                _("`={sign}` gives it a new value; to go on from the old one write `{sign}=`.", sign=sign),
            )


def _in_place(code: Code, right: Code) -> Iterator[tuple[int, str]]:
    for function in code.functions.values():
        given = {argument.arg for argument in function.args.args}
        for node in ast.walk(function):
            if isinstance(node, ast.AugAssign):
                name: ast.expr = node.target
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                name = node.targets[0]
            else:
                continue
            name = name.value if isinstance(name, ast.Subscript) else name
            if isinstance(name, ast.Name) and name.id in given:
                yield node.lineno, _("`{name}` is changed here, which was given.", name=name.id)


def _floor(code: Code, right: Code) -> Iterator[tuple[int, str]]:
    if not any(isinstance(node.op, ast.FloorDiv) for node in _all(right, ast.BinOp)):
        for node in _all(code, ast.BinOp):
            counts = "len(" in ast.unparse(node.left) or ".shape" in ast.unparse(
                node.left
            )  # how often it goes in
            if isinstance(node.op, ast.FloorDiv) and not counts:
                yield node.lineno, _("`//` rounds down to a whole number; to divide, write `/`.")


def _unused(code: Code, right: Code) -> Iterator[tuple[int, str]]:
    for function in code.functions.values():
        used = {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Assign)
                and isinstance(name := node.targets[0], ast.Name)
                and name.id not in used
            ):
                yield node.lineno, _("`{name}` gets a value here that nothing uses.", name=name.id)


LOOKS: dict[str, Callable[[Code, Code], Iterator[tuple[int, str]]]] = {
    "misplaced": _misplaced,
    "self": _without_self,
    "early": _early_return,
    "return": _without_return,
    "dropped": _dropped,
    "sign": _assigned_sign,
    CHANGED: _in_place,
    "floor": _floor,
    "unused": _unused,
}


def _all(code: Code, kinds: type) -> Iterator:
    return (node for node in ast.walk(code.tree) if isinstance(node, kinds))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function, without functions within it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Function | ast.Lambda | ast.ClassDef):
            yield child
            yield from _own(child)


def _returns(function: Function) -> bool:
    """Whether it gives anything back."""
    return any(
        isinstance(node, ast.Yield) or (isinstance(node, ast.Return) and node.value is not None)
        for node in _own(function)
    )


def _returns_in_loop(function: Function) -> Iterator[int]:
    """The lines of what ends a loop in its first turn."""
    for loop in _own(function):
        if isinstance(loop, Loop):
            yield from (node.lineno for node in loop.body if isinstance(node, ast.Return))


def _is_numpys(value: ast.expr) -> bool:
    """Whether it is a call such as `np.sum(x)`, whose result is what it is for."""
    if not isinstance(value, ast.Call) or any(word.arg == "out" for word in value.keywords):
        return False
    function = value.func
    if not isinstance(function, ast.Attribute) or function.attr in WRITERS:
        return False
    return isinstance(function.value, ast.Name) and function.value.id == "np"
