"""What to do about the errors that whoever learns this meets most, beside Python's own words for them."""

from __future__ import annotations

import ast
import linecache
import re
import unicodedata
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np

from nncore.module import Module
from nncore.parameter import Parameter
from nncore.text import Text

SIGNS = {"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "²": "**2", "³": "**3", "√": "np.sqrt", "≈": "=="}
QUOTES = dict.fromkeys("“”„", '"') | dict.fromkeys("‘’", "'") | {"。": ".", "、": ","}

SHAPES = r"mismatch in its core dimension|not aligned|could not (be )?broadcast"
Advise = Callable[[re.Match[str]], str]
ADVICE: tuple[tuple[str, Advise], ...] = (
    (
        r"core dimension|not aligned",
        lambda _: Text("The shapes do not fit: `a @ b` needs as many columns in a as there are rows in b"),
    ),
    (r"could not (be )?broadcast", lambda _: Text("The shapes do not fit")),
    (r"'ellipsis'", lambda _: Text("There is still a `...` to be replaced")),
    (
        r"'Parameter'",
        lambda _: Text("A Parameter is a box around an array: the array itself is its `.data`"),
    ),
    (
        r"'NoneType'",
        lambda _: Text(
            "Something in this line is None: so is what a function without `return` gives, or one that "
            "changes its argument in place (`list.reverse()`, `rng.shuffle(a)`), and a gradient before it is "
            "computed"
        ),
    ),
    (
        r"missing \d+ required positional argument: 'self'",
        lambda _: Text("A class stands where an object is expected: brackets make one, as in `Tanh()`"),
    ),
    (
        r"\w+\(\) takes \d+ positional arguments? but \d+ (was|were) given",
        lambda _: Text(
            "Are its arguments still those that it had at first, and in a method `self` before them?"
        ),
    ),
    (r"'keepdim'", lambda _: Text("NumPy's word for it is `keepdims`")),
    (r"bitwise_xor|for \^", lambda _: Text("The power is written `**`, as in `y**2`")),
    (
        r"truth value of an array",
        lambda _: Text(
            "Python's `if`, `and`, `max` want one number; for arrays there are `np.where`, `np.maximum`, "
            "`a.max()`"
        ),
    ),
    (
        r"only (length-1|0-dimensional|size-1) arrays",
        lambda _: Text(
            "One number is expected here, and this is an array. NumPy's functions take arrays: `np.exp`, not "
            "`math.exp`"
        ),
    ),
    (
        r"only integer scalar arrays",
        lambda _: Text(
            "A single whole number is expected here, as an axis or an index, and this is an array"
        ),
    ),
    (
        r"as a data type",
        lambda _: Text("A shape of two numbers is one argument, in brackets: `np.zeros((n, 1))`"),
    ),
    (
        r"out of bounds for axis|list index out of range",
        lambda _: Text("What has n entries is counted from 0 to n − 1"),
    ),
    (
        r"'list' object cannot be interpreted as an integer",
        lambda _: Text("`range` wants a number; `for layer in layers` goes through the list itself"),
    ),
    (
        r"'(int|numpy\.int\d+|float)' object is not iterable",
        lambda _: Text("`for` goes through a list or an array; `range(n)` gives the numbers from 0 to n − 1"),
    ),
    (r"can't multiply sequence", lambda _: Text("This is a list; `np.array(...)` makes an array of it")),
    (
        r"'numpy\.ndarray' object is not callable",
        lambda _: Text(
            "Round brackets call a function: to multiply write `*`, to take a part of an array `[...]`"
        ),
    ),
    (
        r"invalid (non-printable )?character '?(?P<sign>.)?",
        lambda found: _in_place_of(found["sign"] or ""),
    ),
    (r"name '[^']*·[^']*' is not defined", lambda _: _in_place_of("·")),
    (
        r"^NameError",
        lambda _: Text(
            "Is it spelled right, and given a value before? `np.` stands before NumPy's names, `self.` "
            "before the object's own"
        ),
    ),
    (
        r"module 'numpy' has no attribute",
        lambda _: Text("NumPy has nothing of this name: is it spelled right?"),
    ),
    (
        r"AttributeError: '(?P<owner>[A-Z]\w*)' object has no attribute '(?P<name>\w+)'",
        lambda found: Text(
            "Nothing has made a `self.{name}`: does another method keep it, and under this very name?",
            **found.groupdict(),
        ),
    ),
    (
        r"^(IndentationError|TabError)",
        lambda _: Text(
            "What belongs to a `def`, `for`, `if` or `class` stands four spaces further right than it"
        ),
    ),
    (
        r"^NotImplementedError",
        lambda _: Text(
            "A method is missing: does it stand in its class, indented, and under its right name?"
        ),
    ),
)


#: Lines that were pasted from a notebook and are no Python.
PASTED = (
    (
        r"(In|Out) ?\[[\d ]*\]:",
        Text("This line is a notebook's prompt, not Python: paste the code of the cells alone"),
    ),
    (r"[%!]", Text("This line is a command of the notebook itself, not Python: leave it out")),
)


def advice(words: str, line: str = "") -> str:
    """What to do about an error that Python describes by these words, in that line; "" if unknown."""
    known = (say(found) for pattern, say in ADVICE if (found := re.search(pattern, words)))
    return next(known, "") or next((text for pattern, text in PASTED if re.match(pattern, line.strip())), "")


def shapes(words: str, frame: FrameType, line: int) -> str:
    """The shapes of the arrays in that line, if it is about shapes; else ""."""
    if not re.search(SHAPES, words):
        return ""
    tree = ast.parse("".join(linecache.getlines(frame.f_code.co_filename)))
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and node.lineno == line:
            value = _array(node, frame)
            if value is not None:
                found[ast.unparse(node)] = value.shape
    whole = (name for name in found if not any(other.startswith(f"{name}.") for other in found))
    return ", ".join(f"`{name}` {found[name]}" for name in whole)


def _array(node: ast.expr, frame: FrameType) -> Any:
    """The array that a name, or a chain such as `self.weight.data.T`, stands for; None for all else."""
    value = _value(node, frame)
    return value if isinstance(value, np.ndarray) and value.ndim else None


def _value(node: ast.expr, frame: FrameType) -> Any:
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id))
    if not isinstance(node, ast.Attribute):
        return None
    owner = _value(node.value, frame)
    if isinstance(owner, np.ndarray):
        return owner.T if node.attr == "T" else None
    if isinstance(owner, Parameter):
        return getattr(owner, node.attr, None)
    return vars(owner).get(node.attr) if isinstance(owner, Module) else None


def _in_place_of(sign: str) -> str:
    """What to type in place of a sign that is no Python."""
    plain = SIGNS.get(sign) or QUOTES.get(sign) or unicodedata.normalize("NFKC", sign)
    if not plain.isascii() or not plain.strip():
        return Text("This sign is none of Python's: type it anew")
    return Text("Type `{plain}` in place of `{sign}`", plain=plain, sign=sign)
