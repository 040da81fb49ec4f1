"""Arrays from .npz files that anybody may have made: looked over before a byte of them is unpacked.

An .npz is a zip of .npy members, each a header (dtype, shape) before the numbers.  Sizes and headers are
read first: what is too large, holds Python objects, or promises other sizes than it has is refused there, so
that no file costs more memory than its reader allows.
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeVar

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

MAX_BYTES = 1 << 29  # 512 MB; MNIST takes 55 as it is, 440 as float64
MAX_MEMBERS = 10_000
KINDS = "biufUS"  # dtype.kind of what is read: truth values, numbers, texts
MAX_DEPTH = 32  # of JSON in a text
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # how NumPy packs

Source = str | Path | bytes | BinaryIO
Opened = TypeVar("Opened", bound="Npz")


@dataclass(frozen=True)
class Header:
    """What an array will be."""

    dtype: np.dtype
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


class Npz:
    """An .npz file, by its path, its content, or as a binary file: `headers` by name, arrays on demand.

    Raises `error`, with `name` in front, if the file is missing, damaged or something else, or would take
    more than `limit` bytes unpacked.  Pickles are never opened.
    """

    def __init__(self, source: Source, name: str, error: type[ValueError], limit: int = MAX_BYTES) -> None:
        self.name, self._error = name, error
        with self._refusing():
            self._archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
            members = self._archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if unpacked > limit or len(members) > MAX_MEMBERS:
                raise error(
                    f"{name}: got {unpacked / 1e6:,.0f} MB in {len(members):,} arrays once unpacked, "
                    f"expected at most {limit / 1e6:,.0f} MB in {MAX_MEMBERS:,}"
                )
            self._members = {member.filename.removesuffix(".npy"): member for member in members}
            self.headers = {key: self._header(member) for key, member in self._members.items()}

    def __enter__(self: Opened) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def __getitem__(self, key: str) -> NDArray:
        """One array, unpacked."""
        with self._refusing(), self._archive.open(self._members[key]) as file:
            array: NDArray = npy.read_array(file, allow_pickle=False)
            return array

    def _header(self, member: zipfile.ZipInfo) -> Header:
        if member.compress_type not in METHODS:
            raise ValueError(f"{member.filename} is packed by method {member.compress_type}")
        with self._archive.open(member) as file:
            header = read_header(file)
            if header.size * header.dtype.itemsize != member.file_size - file.tell():
                raise ValueError(f"{member.filename} is not as large as it says")
        return header

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except self._error:
            raise
        except FileNotFoundError:
            raise self._error(f"{self.name}: no such file") from None
        except Exception:  # numpy and zipfile raise a dozen types for damaged or pickled content
            raise self._error(
                f"{self.name}: not a readable .npz file of arrays; it is damaged or something else"
            ) from None


def read_header(file: IO[bytes]) -> Header:
    """The header of an .npy file, leaving `file` where the numbers begin; ValueError for no plain array."""
    version = npy.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"a header of version {version}")
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(file)
    if dtype.kind not in KINDS or any(size < 0 for size in shape):
        raise ValueError(f"an array of {dtype} and shape {shape}")
    return Header(dtype, shape)


def read_json(text: str) -> Any:
    """What the JSON in a text array holds; ValueError where it is none, or nested deeper than `MAX_DEPTH`.

    Python's parser calls itself for every level. Natively it notices when that goes too far; in a
    browser it exhausts the stack, which ends Python.
    """
    brackets = re.sub(r'"(?:[^"\\]|\\.)*"|[^][{}]', "", text)
    depth = max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0)
    if depth > MAX_DEPTH:
        raise ValueError(f"got JSON nested {depth} deep, expected at most {MAX_DEPTH}")
    return json.loads(text)


def read_npz(
    source: Source, name: str, error: type[ValueError], limit: int = MAX_BYTES
) -> dict[str, NDArray]:
    """All arrays of an .npz file by name; see `Npz`."""
    with Npz(source, name, error, limit) as file:
        return {key: file[key] for key in file.headers}


def read_npy(path: Path, name: str, error: type[ValueError], limit: int = MAX_BYTES) -> NDArray:
    """The array of an .npy file, with the same precautions as `Npz`."""
    try:
        with path.open("rb") as file:
            header = read_header(file)
            room = path.stat().st_size - file.tell()
            if header.size * header.dtype.itemsize != room or room > limit:
                raise ValueError
            file.seek(0)
            array: NDArray = npy.read_array(file, allow_pickle=False)
            return array
    except Exception:  # as in Npz
        raise error(f"{name}: not a readable .npy array; it is damaged or something else") from None
