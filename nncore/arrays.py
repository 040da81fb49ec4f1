"""Arrays: their type, and sets of them joined under prefixes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Value = TypeVar("Value")


def prefixed(prefix: str, arrays: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """The arrays with `prefix` before each name."""
    return {prefix + name: array for name, array in arrays.items()}


def below(prefix: str, arrays: Mapping[str, Value]) -> dict[str, Value]:
    """The arrays (or what else has such names) that begin with `prefix`, by the rest: undoes `prefixed`."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
