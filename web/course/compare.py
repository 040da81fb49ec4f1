"""How an answer's value differs from the solution's, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from web.words import _

RTOL = 1e-6


def difference(got: Any, expected: Any) -> str | None:
    """What is wrong with `got`; None if it equals `expected` up to rounding."""
    if got is Ellipsis or (
        isinstance(got, np.ndarray) and got.dtype == object and Ellipsis in got.ravel().tolist()
    ):
        return _("there is still a `...` to be replaced")
    if isinstance(expected, tuple | list):
        return _sequence(got, expected)
    if isinstance(expected, np.ndarray | np.number | float) and not isinstance(expected, bool):
        return _numbers(got, expected)
    if type(got) is type(expected) and got == expected:
        return None
    return _("got {got}, expected {expected}", got=repr(got), expected=repr(expected))


def _sequence(got: Any, expected: tuple[Any, ...] | list[Any]) -> str | None:
    if not isinstance(got, tuple | list) or len(got) != len(expected):
        return _("got {got}, expected {expected}", got=_brief(got), expected=_brief(expected))
    if all(map(_is_number, [*got, *expected])):
        return _numbers(np.array(got), np.array(expected))
    if _is_short(expected):
        return (
            None
            if got == expected
            else _("got {got}, expected {expected}", got=_brief(got), expected=_brief(expected))
        )
    return next((text for pair in zip(got, expected, strict=True) if (text := difference(*pair))), None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _is_short(value: Any) -> bool:
    """Whether it is best said as it is: texts, whole numbers, and lists of these."""
    return all(map(_is_short, value)) if isinstance(value, tuple | list) else isinstance(value, str | int)


def _brief(value: Any) -> str:
    """A value, if it is a short one, else how many of what."""
    if isinstance(value, tuple | list) and not _is_short(value):
        return _("{n} values", n=len(value))
    if isinstance(value, np.ndarray):
        return _("an array of shape {shape}", shape=value.shape)
    return repr(value)[:200]


def _numbers(got: Any, expected: Any) -> str | None:
    wanted = np.asarray(expected)
    values = np.asarray(got) if isinstance(got, np.ndarray) or _is_number(got) else None
    if values is None or values.dtype.kind not in "fiub":
        kind = repr(got) if got is None else type(got).__name__
        kind += f" ({values.dtype})" if values is not None else ""
        text = _("got {kind}, expected {expected}", kind=kind, expected=_of_shape(wanted))
        is_comma = isinstance(got, tuple) and len(got) == 1
        return text + _(": is there a comma too many at the end of a line?") if is_comma else text
    values = values.astype(np.float64)
    if values.shape != wanted.shape:
        return _shapes(values, wanted)
    if not np.isfinite(values).all() and np.isfinite(wanted).all():
        kind = _("NaN (not a number)") if np.isnan(values).any() else _("infinity")
        return _("got {got}, expected {expected}", got=kind, expected=_sample(wanted))
    if np.allclose(values, wanted, rtol=RTOL, atol=1e-9, equal_nan=True):
        return None
    if _sample(values) == _sample(wanted):
        return _first_other(values, wanted)
    text = _("got {got}, expected {expected}", got=_sample(values), expected=_sample(wanted))
    return text + _relation(values, wanted)


def _of_shape(array: NDArray) -> str:
    return _("numbers of shape {shape}", shape=array.shape) if array.ndim else _("one number")


def _first_other(values: NDArray, wanted: NDArray) -> str:
    """Where the first few numbers are alike: the place that is most wrong."""
    at = np.unravel_index(np.argmax(np.abs(values - wanted)), values.shape)
    got, expected = f"{values[at]:.8g}", f"{wanted[at]:.8g}"
    if not at:
        return _("got {got}, expected {expected}", got=got, expected=expected)
    index = "[" + ", ".join(map(str, at)) + "]"
    return _("got {got} at {index}, expected {expected}", got=got, index=index, expected=expected)


def _shapes(values: NDArray, wanted: NDArray) -> str:
    got, expected = values.shape, wanted.shape
    text = _(
        "got {got}, expected {expected}",
        got=_("shape {shape}", shape=got) if got else _("one number"),
        expected=_("shape {shape}", shape=expected) if expected else _("one number"),
    )
    if values.ndim == 2 and got == expected[::-1]:
        return text + _(": the transpose. Is a `.T` missing, or one too many?")
    if expected in _without_ones(got):
        return text + _(
            ": an axis of length 1 too many. Is there a `keepdims` or a pair of brackets too much?"
        )
    if got in _without_ones(expected):
        return text + _(": an axis of length 1 is gone. Is a `keepdims=True` missing?")
    if values.ndim == wanted.ndim + 1:
        return text + _(": one axis too many. Is a sum or a mean missing?")
    if values.ndim < wanted.ndim:
        return text + _(": an axis is gone. Was too much summed?")
    return text


def _without_ones(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The shapes that an axis of length 1 less leaves."""
    return [shape[:axis] + shape[axis + 1 :] for axis, size in enumerate(shape) if size == 1]


def _relation(values: NDArray, wanted: NDArray) -> str:
    """A simple relation between all numbers and what they should be."""
    at = np.abs(wanted) > 1e-9
    if not at.any() or not np.allclose(values[~at], 0, atol=1e-9):
        return ""
    ratios = values[at] / wanted[at]
    ratio = float(ratios.flat[0])
    if not np.allclose(ratios, ratio, rtol=1e-6) or abs(ratio) < 1e-12:
        return ""
    if abs(ratio + 1) < 1e-6:
        return _(": the sign is wrong")
    if ratios.size == 1 and not any(abs(r - round(r)) < 1e-6 for r in (ratio, 1 / ratio)):
        return ""  # any two numbers have some ratio
    return _(": everything is {ratio:.4g} times what it should be", ratio=ratio)


def _sample(values: NDArray) -> str:
    """The first few numbers."""
    first = ", ".join(f"{value + 0.0:.4g}" for value in values.reshape(-1)[:4])  # + 0.0: no minus zero
    return f"{first}{', …' if values.size > 4 else ''}" if values.ndim else first
