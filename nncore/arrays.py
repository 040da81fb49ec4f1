"""Arrays: their type, stretches of them, and sets of them joined under prefixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Value = TypeVar("Value")

TRACE = 1e8  # times the smallest normal number: what is below that counts for nothing


def prefixed(prefix: str, arrays: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """The arrays with `prefix` before each name."""
    return {prefix + name: array for name, array in arrays.items()}


def below(prefix: str, arrays: Mapping[str, Value]) -> dict[str, Value]:
    """The arrays (or what else has such names) that begin with `prefix`, by the rest: undoes `prefixed`."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def without_traces(array: Array) -> Array:
    """The array, in which what is below `TRACE` is set to 0.

    Numbers below `np.finfo(dtype).tiny` take many processors tens of times as long, in every product they
    enter: the gradient of a sample that a network is sure of, say, or a mean that has nothing to follow.
    """
    if array.dtype.itemsize >= 4:  # what is as small in float16 may count
        array[np.abs(array) < TRACE * np.finfo(array.dtype).tiny] = 0
    return array


def stretches(*arrays: Array | None, size: int = 1 << 17) -> Iterator[list[Any]]:
    """The same stretch of each of several C-contiguous arrays of one shape, one by one; None stays None.

    What is done to them number by number then needs small temporaries alone, which stay in the cache: ten
    times as fast for Adam on a large weight.

    Raises ValueError for an array that is not C-contiguous: what is done would be done to a copy.
    """
    for a in arrays:
        if a is not None and not a.flags.c_contiguous:
            raise ValueError(
                f"got an array of shape {a.shape} that is not C-contiguous, such as a transpose; as a "
                "parameter's data expected is np.ascontiguousarray(...) of it"
            )
    flat = [None if a is None else a.reshape(-1) for a in arrays]
    total = next(a.size for a in flat if a is not None)
    for i in range(0, total, size):
        yield [None if a is None else a[i : i + size] for a in flat]
