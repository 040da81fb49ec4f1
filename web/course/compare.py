"""How an answer's value differs from the solution's, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from web.words import _

RTOL = 1e-6


def difference(got: Any, expected: Any) -> str | None:
    """What is wrong with `got`; None if it equals `expected` up to rounding."""
    if got is None and expected is not None:
        return _("got None; is there a `return`?")
    if got is Ellipsis or (isinstance(got, np.ndarray) and got.dtype == object):
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
    return next((text for pair in zip(got, expected, strict=True) if (text := difference(*pair))), None)


def _brief(value: Any) -> str:
    """A value, if it is a short one, else how many of what."""
    if isinstance(value, tuple | list) and not all(isinstance(item, str | int) for item in value):
        return _("{n} values", n=len(value))
    if isinstance(value, np.ndarray):
        return _("an array of shape {shape}", shape=value.shape)
    return repr(value)[:200]


def _numbers(got: Any, expected: Any) -> str | None:
    wanted = np.asarray(expected)
    if isinstance(got, str) or not isinstance(got, np.ndarray | np.number | float | int):
        kind = type(got).__name__
        return _("got {kind}, expected numbers of shape {shape}", kind=kind, shape=wanted.shape)
    values = np.asarray(got, dtype=np.float64)
    if values.shape != wanted.shape:
        return _shapes(values, wanted)
    if not np.isfinite(values).all() and np.isfinite(wanted).all():
        kind = _("NaN (not a number)") if np.isnan(values).any() else _("infinity")
        return _("got {got}, expected {expected}", got=kind, expected=_sample(wanted))
    if np.allclose(values, wanted, rtol=RTOL, atol=1e-9, equal_nan=True):
        return None
    text = _("got {got}, expected {expected}", got=_sample(values), expected=_sample(wanted))
    return text + _relation(values, wanted)


def _shapes(values: NDArray, wanted: NDArray) -> str:
    text = _("got shape {got}, expected {expected}", got=values.shape, expected=wanted.shape)
    if values.ndim == 2 and values.shape == wanted.shape[::-1]:
        return text + _(": the transpose. Is a `.T` missing, or one too many?")
    if values.ndim == wanted.ndim + 1:
        return text + _(": one axis too many. Is a sum over the batch missing?")
    if values.ndim < wanted.ndim:
        return text + _(": an axis is gone. Was too much summed?")
    return text


def _relation(values: NDArray, wanted: NDArray) -> str:
    """A simple relation between all numbers and what they should be."""
    at = np.abs(wanted) > 1e-9
    if not at.any() or not np.allclose(values[~at], 0, atol=1e-9):
        return ""
    ratios = values[at] / wanted[at]
    if not np.allclose(ratios, ratios.flat[0], rtol=1e-6) or abs(ratios.flat[0]) < 1e-12:
        return ""
    if abs(ratios.flat[0] + 1) < 1e-6:
        return _(": the sign is wrong")
    return _(": everything is {ratio:.4g} times what it should be", ratio=ratios.flat[0])


def _sample(values: NDArray) -> str:
    """The first few numbers."""
    first = ", ".join(f"{value:.4g}" for value in values.reshape(-1)[:4])
    return f"{first}{', …' if values.size > 4 else ''}" if values.ndim else first
