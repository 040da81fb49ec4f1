"""The pictures that the ready-made network learns from."""

from __future__ import annotations

import numpy as np

from nncore.data import Dataset
from nncore.preprocess import prepare
from web.pretrained.others import write_other
from web.pretrained.writer import write_digit

NO_DIGIT = 10  # the label of what is none


def written(digits: int, others: int, seed: int) -> Dataset:
    """Imitated handwriting, prepared just as the pad's drawings are.

    Parameters
    ----------
    digits : how many drawings of digits, each digit as often.
    others : how many drawings of other things, labelled `NO_DIGIT`.
    seed : of the random numbers.
    """
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(digits) % 10, np.full(others, NO_DIGIT)])
    images = np.empty((len(labels), 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        strokes = write_other(rng) if label == NO_DIGIT else write_digit(int(label), rng)
        image[...] = np.rint(prepare(strokes).image * 255)
    return Dataset(images, labels.astype(np.int64), "written", num_classes=11)


def joined(*parts: Dataset) -> Dataset:
    """Several sets of 28x28 pictures as one, with a class for what is no digit."""
    return Dataset(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        " + ".join(part.name for part in parts),
        num_classes=11,
    )
