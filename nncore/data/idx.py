"""The IDX format of MNIST's files."""

from __future__ import annotations

import gzip
import io
import math
import zlib

import numpy as np

from nncore.data.dataset import Dataset
from nncore.errors import DataError
from nncore.npz import MAX_BYTES
from nncore.text import Text

UNSIGNED_BYTE = 0x08
MAX_CLASSES = 1000
MAX_SIDE = 1024  # pixels


def parse_idx(content: bytes, name: str = "IDX data") -> np.ndarray:
    """The uint8 array in an IDX file, plain or gzipped.

    Layout: two zero bytes, the type (0x08: unsigned byte), the number of axes, one big-endian uint32 per
    axis, then the values in C order (Y. LeCun, "The MNIST database").  DataError for anything else.
    """
    packed = content[:2] == b"\x1f\x8b"
    with gzip.GzipFile(fileobj=io.BytesIO(content)) if packed else io.BytesIO(content) as file:
        try:
            return _read_idx(file, name)
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(
                Text(
                    "{name}: the gzip data is damaged ({error}); fetch the file again", name=name, error=error
                )
            ) from None


def _read_idx(file: io.BufferedIOBase, name: str) -> np.ndarray:
    """No more is unpacked than the header promises, and that only within the limit."""
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] != UNSIGNED_BYTE or not 1 <= head[3] <= 3:
        raise DataError(
            Text(
                "{name}: got first bytes {head}, expected 00 00 08 and 1 to 3 axes: not an IDX file "
                "of unsigned bytes",
                name=name,
                head=head.hex(" ") or "none",
            )
        )
    sizes = file.read(4 * head[3])
    start = 4 + 4 * head[3]
    if 4 + len(sizes) < start:
        raise DataError(
            Text(
                "{name}: got {got} bytes, expected a header of {start}: the file is cut short",
                name=name,
                got=4 + len(sizes),
                start=start,
            )
        )
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    expected = math.prod(shape)
    if expected > MAX_BYTES:
        raise DataError(
            Text(
                "{name}: got {size:,.0f} MB for shape {shape}, expected at most {most:,.0f} MB",
                name=name,
                size=expected / 1e6,
                shape=shape,
                most=MAX_BYTES / 1e6,
            )
        )
    values = file.read(expected + 1)  # one more: is that all?
    if len(values) != expected:
        got = f"{start + len(values)} bytes{' or more' if len(values) > expected else ''}"
        raise DataError(
            Text(
                "{name}: got {got}, expected {start} for shape {shape}: cut short or damaged",
                name=name,
                got=got,
                start=start + expected,
                shape=shape,
            )
        )
    return np.frombuffer(values, np.uint8).reshape(shape)


def load_idx(images: bytes, labels: bytes, name: str = "your data") -> Dataset:
    """A Dataset from the contents of an IDX image file and its label file."""
    pixels, classes = parse_idx(images, f"{name}, images"), parse_idx(labels, f"{name}, labels")
    if pixels.ndim != 3 or classes.ndim != 1:
        raise DataError(
            Text(
                "{name}: got images with {images} axes and labels with {labels}, expected 3 and 1; are "
                "the two files exchanged?",
                name=name,
                images=pixels.ndim,
                labels=classes.ndim,
            )
        )
    check_pictures(pixels, name)
    return Dataset(
        pixels, classes.astype(np.int64), name, num_classes=max(10, int(classes.max(initial=0)) + 1)
    )


def check_pictures(images: np.ndarray, name: str) -> None:
    """Raise DataError unless `images` are numbers `(n, h, w)` of a sensible size."""
    if (
        images.ndim != 3
        or images.dtype.kind not in "iuf"
        or 0 in images.shape[1:]
        or max(images.shape[1:]) > MAX_SIDE
    ):
        raise DataError(
            Text(
                "{name}: got images of shape {shape} and dtype {dtype}, expected numbers of shape "
                "(count, height, width), up to {most} pixels a side",
                name=name,
                shape=images.shape,
                dtype=images.dtype,
                most=MAX_SIDE,
            )
        )
