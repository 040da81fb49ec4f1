"""Arrays: their type; named ones in .npz files, and sets of them joined under prefixes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def read_npz(source: str | Path | bytes | BinaryIO, name: str, error: type[ValueError]) -> dict[str, NDArray]:
    """All arrays of an .npz file, from its path, its content, or a binary file; pickles are never opened.

    Raises `error`, with `name` in front, if the file is missing, damaged or something else.
    """
    try:
        with np.load(io.BytesIO(source) if isinstance(source, bytes) else source, allow_pickle=False) as file:
            return {key: file[key] for key in file.files}
    except FileNotFoundError:
        raise error(f"{name}: no such file") from None
    except Exception:  # numpy and zipfile raise half a dozen types for damaged or pickled content
        raise error(f"{name}: not a readable .npz file of arrays; it is damaged or something else") from None


def prefixed(prefix: str, arrays: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """The arrays with `prefix` before each name."""
    return {prefix + name: array for name, array in arrays.items()}


def below(prefix: str, arrays: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """The arrays whose names begin with `prefix`, by the rest of the name: undoes `prefixed`."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
