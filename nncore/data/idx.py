"""The IDX format of MNIST's files, and .npz files of one's own."""

from __future__ import annotations

import gzip
import io
import math
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nncore.data.dataset import Dataset
from nncore.errors import DataError
from nncore.npz import MAX_BYTES, read_npz

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
            raise DataError(f"{name}: the gzip data is damaged ({error}); fetch the file again") from None


def _read_idx(file: io.BufferedIOBase, name: str) -> np.ndarray:
    """No more is unpacked than the header promises, and that only within the limit."""
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] != UNSIGNED_BYTE or not 1 <= head[3] <= 3:
        raise DataError(
            f"{name}: got first bytes {head.hex(' ') or 'none'}, expected 00 00 08 and 1 to 3 axes: "
            "not an IDX file of unsigned bytes"
        )
    sizes = file.read(4 * head[3])
    start = 4 + 4 * head[3]
    if 4 + len(sizes) < start:
        raise DataError(
            f"{name}: got {4 + len(sizes)} bytes, expected a header of {start}: the file is cut short"
        )
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    expected = math.prod(shape)
    if expected > MAX_BYTES:
        raise DataError(
            f"{name}: got {expected / 1e6:,.0f} MB for shape {shape}, expected at most "
            f"{MAX_BYTES / 1e6:,.0f} MB"
        )
    values = file.read(expected + 1)  # one more: is that all?
    if len(values) != expected:
        got = f"{start + len(values)} bytes{' or more' if len(values) > expected else ''}"
        raise DataError(
            f"{name}: got {got}, expected {start + expected} for shape {shape}: cut short or damaged"
        )
    return np.frombuffer(values, np.uint8).reshape(shape)


def load_idx(images: bytes, labels: bytes, name: str = "your data") -> Dataset:
    """A Dataset from the contents of an IDX image file and its label file."""
    pixels, classes = parse_idx(images, f"{name}, images"), parse_idx(labels, f"{name}, labels")
    if pixels.ndim != 3 or classes.ndim != 1:
        raise DataError(
            f"{name}: got images with {pixels.ndim} axes and labels with {classes.ndim}, expected 3 and 1; "
            "are the two files exchanged?"
        )
    _check_pictures(pixels, name)
    return Dataset(
        pixels, classes.astype(np.int64), name, num_classes=max(10, int(classes.max(initial=0)) + 1)
    )


def load_npz(source: str | Path | bytes | BinaryIO, name: str = "your data") -> tuple[Dataset, Dataset]:
    """Own data as (train, test) from an .npz file, its path or its content.

    The arrays are `images` `(n, h, w)` and `labels` `(n,)`, of which a fifth, chosen at random once and for
    all, becomes the test set; or `x_train, y_train, x_test, y_test`, as in Keras' mnist.npz.  Images hold
    integers from 0 to 255, or floats from 0 to 1.  Raises DataError naming what is missing or wrong.
    """
    arrays = read_npz(source, name, DataError)
    if {"x_train", "y_train", "x_test", "y_test"} <= arrays.keys():
        parts = [(arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])]
    elif {"images", "labels"} <= arrays.keys():
        images, labels = arrays["images"], arrays["labels"]
        if not images.ndim or images.shape[:1] != labels.shape or len(labels) < 5:
            count = len(images) if images.ndim else 0
            raise DataError(
                f"{name}: got {count} images and labels of shape {labels.shape}, expected as many, at least 5"
            )
        order = np.random.default_rng(0).permutation(len(images))
        cut = len(images) // 5
        parts = [(images[index], labels[index]) for index in (order[cut:], order[:cut])]
    else:
        raise DataError(
            f"{name}: got arrays {sorted(arrays)}, expected images and labels, or x_train, y_train, x_test "
            "and y_test"
        )
    for pictures, labels in parts:
        _check_pictures(pictures, name)
        _check_labels(labels, name)
    classes = max(10, *(int(y.max(initial=0)) + 1 for _, y in parts))
    train, test = (Dataset(_to_uint8(x, name), y.astype(np.int64), name, classes) for x, y in parts)
    if train.image_shape != test.image_shape:
        raise DataError(
            f"{name}: got training images of {train.image_shape} and test images of {test.image_shape}, "
            "expected one size"
        )
    return train, test


def _check_pictures(images: np.ndarray, name: str) -> None:
    if (
        images.ndim != 3
        or images.dtype.kind not in "iuf"
        or 0 in images.shape[1:]
        or max(images.shape[1:]) > MAX_SIDE
    ):
        raise DataError(
            f"{name}: got images of shape {images.shape} and dtype {images.dtype}, expected numbers of shape "
            f"(count, height, width), up to {MAX_SIDE} pixels a side"
        )


def _check_labels(labels: np.ndarray, name: str) -> None:
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise DataError(
            f"{name}: got labels of shape {labels.shape} and dtype {labels.dtype}, expected integers, "
            "one for each image"
        )
    if labels.size and (labels.min() < 0 or labels.max() >= MAX_CLASSES):
        raise DataError(
            f"{name}: got labels from {labels.min()} to {labels.max()}, expected 0 to {MAX_CLASSES - 1}"
        )


def _to_uint8(images: np.ndarray, name: str) -> np.ndarray:
    top = 1 if images.dtype.kind == "f" else 255
    if images.size and not (images.min() >= 0 and images.max() <= top):
        raise DataError(f"{name}: got pixels from {images.min()} to {images.max()}, expected 0 to {top}")
    return np.rint(images * 255).astype(np.uint8) if top == 1 else images.astype(np.uint8)
