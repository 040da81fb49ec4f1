"""NumPy's own products through the kernels, for code that knows nothing of them: `@`, np.matmul, np.dot.

NumPy's WebAssembly build has no BLAS; its products multiply number by number, some fifty times slower.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable, Iterable
from functools import wraps
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy._core import _multiarray_umath  # type: ignore[attr-defined]

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
NUMPYS_DOT, NUMPYS_METHOD = np.dot, np.ndarray.dot


def take_over(kernels: Iterable[SimpleNamespace]) -> None:
    """Make NumPy's products use `kernels`, one set for each dtype, until `give_back`.

    `@` and np.matmul stay the ufunc they are; only the loop that multiplies two matrices is replaced
    (`matmul_loop.h`), so that dtypes, shapes, `out` and errors are NumPy's business as before.
    """
    _matmul_takes(kernels, True)
    _set_dot(_dot, _dot_method)


def give_back(kernels: Iterable[SimpleNamespace]) -> None:
    """Undo `take_over`."""
    _matmul_takes(kernels, False)
    _set_dot(NUMPYS_DOT, NUMPYS_METHOD)


def _matmul_takes(kernels: Iterable[SimpleNamespace], yes: bool) -> None:
    for each in kernels:
        each.matmul_takes_kernels(_multiarray_umath._UFUNC_API, np.matmul, yes)


def _set_dot(function: Callable[..., Any], method: Callable[..., Any]) -> None:
    np.dot = function
    # A built-in type's attributes cannot be set, but the dictionary behind them can be found.
    [attributes] = (item for item in gc.get_referents(np.ndarray.__dict__) if isinstance(item, dict))
    attributes["dot"] = method
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(np.ndarray))


def _fit(arguments: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Whether np.matmul gives what np.dot would: plain matrices of one of `FLOATS` that can be multiplied."""
    if named or len(arguments) != 2:
        return False
    a, b = arguments
    return (
        type(a) is type(b) is np.ndarray
        and a.ndim == b.ndim == 2
        and a.dtype == b.dtype
        and a.dtype in FLOATS
        and a.shape[1] == b.shape[0]
    )


@wraps(NUMPYS_DOT)
def _dot(*arguments: Any, **named: Any) -> Any:
    return np.matmul(*arguments) if _fit(arguments, named) else NUMPYS_DOT(*arguments, **named)


@wraps(NUMPYS_METHOD)
def _dot_method(*arguments: Any, **named: Any) -> Any:
    return np.matmul(*arguments) if _fit(arguments, named) else NUMPYS_METHOD(*arguments, **named)
