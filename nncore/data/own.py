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
from nncore.text import Text


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
            Text(
                "{name}: got arrays {arrays}, expected images and labels, or x_train, y_train, "
                "x_test and y_test",
                name=name,
                arrays=sorted(arrays),
            )
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
            Text(
                "{name}: got training samples of {train} and test samples of {test}, expected one size",
                name=name,
                train=train.sample_shape,
                test=test.sample_shape,
            )
        )
    return train, test


def _split(images: NDArray[Any], labels: NDArray[Any], name: str) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Four fifths for training, one for testing."""
    if not images.ndim or images.shape[:1] != labels.shape or len(labels) < 5:
        count = len(images) if images.ndim else 0
        raise DataError(
            Text(
                "{name}: got {count} images and labels of shape {shape}, expected as many, at least 5",
                name=name,
                count=count,
                shape=labels.shape,
            )
        )
    order = np.random.default_rng(0).permutation(len(images))
    cut = len(images) // 5
    return [(images[index], labels[index]) for index in (order[cut:], order[:cut])]


def _check_labels(labels: NDArray[Any], name: str) -> None:
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise DataError(
            Text(
                "{name}: got labels of shape {shape} and dtype {dtype}, expected integers, one for "
                "each image",
                name=name,
                shape=labels.shape,
                dtype=labels.dtype,
            )
        )
    if labels.size and (labels.min() < 0 or labels.max() >= MAX_CLASSES):
        raise DataError(
            Text(
                "{name}: got labels from {min} to {max}, expected 0 to {most}",
                name=name,
                min=labels.min(),
                max=labels.max(),
                most=MAX_CLASSES - 1,
            )
        )


def _class_names(names: NDArray[Any] | None, name: str) -> tuple[str, ...]:
    if names is None:
        return ()
    if names.ndim != 1 or names.dtype.kind != "U" or not 2 <= len(names) <= MAX_CLASSES:
        raise DataError(
            Text(
                "{name}: got class_names of shape {shape} and dtype {dtype}, expected a text for each of at "
                "least 2 classes",
                name=name,
                shape=names.shape,
                dtype=names.dtype,
            )
        )
    return tuple(map(str, names))


def _samples(samples: NDArray[Any], name: str) -> NDArray[Any]:
    """Integers as uint8, floats as float32; DataError for values that a picture cannot have."""
    if samples.ndim == 2 and samples.dtype.kind == "f":
        return samples.astype(np.float32)
    check_pictures(samples, name)
    top = 1 if samples.dtype.kind == "f" else 255
    if samples.size and not (samples.min() >= 0 and samples.max() <= top):
        raise DataError(
            Text(
                "{name}: got pixels from {min} to {max}, expected 0 to {top}",
                name=name,
                min=samples.min(),
                max=samples.max(),
                top=top,
            )
        )
    return samples.astype(np.float32 if top == 1 else np.uint8)
