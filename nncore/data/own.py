"""Data of one's own, from an .npz file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Dataset
from nncore.data.idx import MAX_CLASSES, check_pictures
from nncore.data.sets import DATASETS, OWN
from nncore.errors import DataError
from nncore.npz import read_npz


@DATASETS.add(OWN, "your own data")
def load_npz(source: str | Path | bytes | BinaryIO, name: str = "your data") -> tuple[Dataset, Dataset]:
    """Own data as (train, test) from an .npz file, its path or its content.

    The arrays are `images` and `labels` `(n,)`, of which a fifth, chosen at random once and for all, becomes
    the test set; or `x_train, y_train, x_test, y_test`, as in Keras' mnist.npz.  Images `(n, h, w)` hold
    integers from 0 to 255, or floats from 0 to 1; in their place may stand vectors of features, floats
    `(n, d)`.  An array of texts, `class_names`, may name the classes.

    Raises DataError naming what is missing or wrong.
    """
    arrays = read_npz(source, name, DataError)
    if {"x_train", "y_train", "x_test", "y_test"} <= arrays.keys():
        parts = [(arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])]
    elif {"images", "labels"} <= arrays.keys():
        parts = _split(arrays["images"], arrays["labels"], name)
    else:
        raise DataError(
            f"{name}: got arrays {sorted(arrays)}, expected images and labels, or x_train, y_train, x_test "
            "and y_test"
        )
    for _, labels in parts:
        _check_labels(labels, name)
    names = _class_names(arrays.get("class_names"), name)
    most = max(int(y.max(initial=0)) + 1 for _, y in parts)
    least = 10 if parts[0][0].ndim == 3 else 2  # digits may lack some; of vectors nothing is known
    classes = len(names) or max(least, most)
    train, test = (
        Dataset(_samples(x, name), y.astype(np.int64), name, classes, class_names=names) for x, y in parts
    )
    if train.sample_shape != test.sample_shape:
        raise DataError(
            f"{name}: got training samples of {train.sample_shape} and test samples of {test.sample_shape}, "
            "expected one size"
        )
    return train, test


def _split(images: NDArray[Any], labels: NDArray[Any], name: str) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Four fifths for training, one for testing."""
    if not images.ndim or images.shape[:1] != labels.shape or len(labels) < 5:
        count = len(images) if images.ndim else 0
        raise DataError(
            f"{name}: got {count} images and labels of shape {labels.shape}, expected as many, at least 5"
        )
    order = np.random.default_rng(0).permutation(len(images))
    cut = len(images) // 5
    return [(images[index], labels[index]) for index in (order[cut:], order[:cut])]


def _check_labels(labels: NDArray[Any], name: str) -> None:
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise DataError(
            f"{name}: got labels of shape {labels.shape} and dtype {labels.dtype}, expected integers, "
            "one for each image"
        )
    if labels.size and (labels.min() < 0 or labels.max() >= MAX_CLASSES):
        raise DataError(
            f"{name}: got labels from {labels.min()} to {labels.max()}, expected 0 to {MAX_CLASSES - 1}"
        )


def _class_names(names: NDArray[Any] | None, name: str) -> tuple[str, ...]:
    if names is None:
        return ()
    if names.ndim != 1 or names.dtype.kind != "U" or not 1 <= len(names) <= MAX_CLASSES:
        raise DataError(
            f"{name}: got class_names of shape {names.shape} and dtype {names.dtype}, expected a text for "
            "each class"
        )
    return tuple(map(str, names))


def _samples(samples: NDArray[Any], name: str) -> NDArray[Any]:
    """Integers as uint8, floats as float32; DataError for values that a picture cannot have."""
    if samples.ndim == 2 and samples.dtype.kind == "f":
        return samples.astype(np.float32)
    check_pictures(samples, name)
    top = 1 if samples.dtype.kind == "f" else 255
    if samples.size and not (samples.min() >= 0 and samples.max() <= top):
        raise DataError(f"{name}: got pixels from {samples.min()} to {samples.max()}, expected 0 to {top}")
    return samples.astype(np.float32 if top == 1 else np.uint8)
