"""Where the data come from, and the loading of them in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from nncore.data import Dataset, load_data, load_idx, load_npz
from nncore.data.sets import at_hand
from nncore.errors import DataError
from web.words import _

Pair = tuple[Dataset, Dataset]  # training and test data
Report = Callable[[float], None]  # is told the share that has been loaded, 0 to 1


class Source(Protocol):
    """Gives the data sets by the names that `Recipe.dataset` takes."""

    @property
    def names(self) -> tuple[str, ...]:
        """The data sets that can be had here."""

    async def load(self, name: str, report: Report, **options: Any) -> Pair:
        """Fetch one without blocking; raises DataError or OSError with a message for the visitor.

        `options` are the recipe's `data_options`.
        """


class NativeSource:
    """The data sets as nncore finds them on this machine."""

    @property
    def names(self) -> tuple[str, ...]:
        """What is built in, and what lies where nncore looks for it."""
        return at_hand()

    async def load(self, name: str, report: Report, **options: Any) -> Pair:
        """Load from disk; quick enough to do at once."""
        return load_data(name, **options)


def own_data(files: Mapping[str, bytes]) -> Pair:
    """Training and test data from a visitor's files, contents by file name.

    Either one .npz, of images or of vectors of features, or IDX files as MNIST has them: images and labels,
    told apart by their names, for training ("train" in the name) and testing ("t10k" or "test"). Without
    test files a fifth of the data is kept back for testing.

    Raises
    ------
    DataError
        which file is missing, damaged, or not understood, and what was expected.
    """
    if len(files) == 1:
        name, content = next(iter(files.items()))
        if name.lower().endswith(".npz"):
            train, test = load_npz(content, name)
            return (train, test) if len(test) else split(train)
    parts: dict[str, bytes] = {}
    for name, content in files.items():
        parts[_role(name)] = content
    needed = {"train images": _("train images"), "train labels": _("train labels")}
    missing = [words for role, words in needed.items() if role not in parts]
    if missing:
        raise DataError(
            _(
                "got {files}, but no file with {missing}. Choose one .npz file, or IDX files together: "
                "images and labels, if you have them for testing too",
                files=", ".join(files) or _("no file"),
                missing=_(" and ").join(missing),
            )
        )
    train = load_idx(parts["train images"], parts["train labels"])
    if {"test images", "test labels"} <= parts.keys():
        return _of_one_kind(train, load_idx(parts["test images"], parts["test labels"]))
    return split(train)


def _of_one_kind(train: Dataset, test: Dataset) -> Pair:
    """Both with the classes of either."""
    if train.sample_shape != test.sample_shape:
        raise DataError(
            _(
                "got training images of {train} and test images of {test} pixels, expected one size",
                train="×".join(map(str, train.sample_shape)),
                test="×".join(map(str, test.sample_shape)),
            )
        )
    classes = max(train.num_classes, test.num_classes)
    train, test = (replace(data, num_classes=classes, class_names=()) for data in (train, test))
    return train, test


def split(data: Dataset) -> Pair:
    """Every fifth sample for testing, the others for training."""
    if len(data) < 5:
        raise DataError(
            _("{name}: got {n} {noun}s, expected at least 5", name=data.name, n=len(data), noun=_(data.noun))
        )
    kept_back = np.arange(len(data)) % 5 == 0
    return data[~kept_back], data[kept_back]


def _role(name: str) -> str:
    lower = name.lower()
    kind = "labels" if "label" in lower or "idx1" in lower else "images"
    return f"{'test' if 't10k' in lower or 'test' in lower else 'train'} {kind}"
