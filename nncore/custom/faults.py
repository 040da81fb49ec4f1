"""What can be wrong with a part, in words."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np

from nncore.custom.program import Program
from nncore.gradcheck import TOLERANCE, GradientSample
from nncore.text import Text

BATCH = 5  # samples in a check


class FaultError(Exception):
    """A part does not do what is expected; the message says what was got, what was expected, what to do."""

    def __init__(self, text: str, table: tuple[GradientSample, ...] = ()) -> None:
        super().__init__(text)
        self.table = table


def expect_array(what: str, value: Any, shape: tuple[int, ...] | None, dtype: np.dtype) -> None:
    """Raise FaultError unless `value` is an array of finite numbers, of this shape (None: any) and dtype."""
    if value is None:
        raise FaultError(Text("{what}: got None, expected an array; is there a return?", what=what))
    if not isinstance(value, np.ndarray):
        raise FaultError(Text("{what}: got {kind}, expected an array", what=what, kind=type(value).__name__))
    if shape is not None and value.shape != shape:
        hint = ""
        if value.ndim == len(shape) == 2 and value.shape == shape[::-1]:
            hint = Text(". It is the transpose: a .T is missing, or one too many")
        raise FaultError(
            Text(
                "{what}: got shape {shape}, expected {expected}{hint}",
                what=what,
                shape=value.shape,
                expected=shape,
                hint=hint,
            )
        )
    if value.dtype != dtype:
        raise FaultError(
            Text(
                "{what}: got dtype {dtype} from {expected}, expected {expected}; an array made on the "
                "way, as by np.zeros or np.random, is float64 unless it is told dtype=x.dtype",
                what=what,
                dtype=value.dtype,
                expected=dtype,
            )
        )
    if not np.isfinite(value).all():
        bad = np.count_nonzero(~np.isfinite(value))
        raise FaultError(
            Text(
                "{what}: got {bad} of {size} numbers that are not finite (NaN or infinity)",
                what=what,
                bad=bad,
                size=value.size,
            )
        )


def expect_gradient(samples: Callable[[], list[GradientSample]], program: Program) -> str:
    """Raise FaultError, with the table, if a sample disagrees; else say how many agree."""
    with program.guard():
        all_samples = samples()
    for wrong in all_samples:
        if wrong.relative_error >= TOLERANCE:
            table = tuple(sample for sample in all_samples if sample.name == wrong.name)
            raise FaultError(_gradient_words(wrong.name, table), table)
    return Text("its gradient agrees with {n} finite differences", n=len(all_samples))


def _gradient_words(name: str, table: tuple[GradientSample, ...]) -> str:
    """What is wrong with a gradient; a constant factor is named."""
    where = Text("of the input") if name == "input" else Text("of {name}", name=name)
    text = Text("backward: the gradient {where} differs from finite differences", where=where)
    ratios = [s.analytic / s.numeric for s in table if abs(s.numeric) > 1e3 * s.noise and s.numeric]
    if ratios and isfinite(ratios[0]) and np.allclose(ratios, ratios[0], rtol=1e-3):
        factor = ratios[0]
        if abs(factor) < 1e-12:
            return Text("{text}: it is 0 throughout", text=text)
        why = _what_makes(factor)
        return Text("{text}, by the factor {factor:.4g}{why}", text=text, factor=factor, why=why)
    return text


def _what_makes(factor: float) -> str:
    """The usual mistake behind a factor, in brackets; "" for none."""
    n = BATCH
    usual = {
        -1.0: Text("the sign is wrong"),
        1 / n: Text("1 / {n}, and the check has {n} samples: a mean where the sum over them belongs", n=n),
        n: Text("the check has {n} samples: a sum where the mean over them belongs", n=n),
    }
    words = (words for known, words in usual.items() if abs(factor / known - 1) < 1e-3)
    return next((Text(" ({words})", words=each) for each in words), "")
