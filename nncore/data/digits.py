"""The UCI handwritten digits, embedded: 1797 images of 8x8 pixels with values from 0 to 16.

Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
Repository, 1998, https://doi.org/10.24432/C50P49, licence CC BY 4.0; the test part of that set, as
scikit-learn ships it. Each pixel counts the ink in one 4x4 block of a 32x32 bitmap.  Changed here only in
form: one .npz of uint8.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np

from nncore.data.dataset import Dataset

TEST_SIZE = 360


def load_digits() -> tuple[Dataset, Dataset]:
    """The embedded digits as (train, test): 1437 and 360 images, split once and for all."""
    with (
        files("nncore.data").joinpath("digits.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        images, labels = arrays["images"], arrays["labels"].astype(np.int64)
    order = np.random.default_rng(0).permutation(len(images))
    test, train = order[:TEST_SIZE], order[TEST_SIZE:]
    return (
        Dataset(images[train], labels[train], "digits", 10, 16, noun="digit"),
        Dataset(images[test], labels[test], "digits", 10, 16, noun="digit"),
    )
