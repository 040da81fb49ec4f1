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
from nncore.data.sets import DATASETS

TEST_SIZE = 360
ABOUT = "The UCI handwritten digits: 8 × 8 pixels, each counting the ink in a block of a scan."


@DATASETS.add("digits", "UCI digits, 8x8")
def load_digits() -> tuple[Dataset, Dataset]:
    """The embedded digits as (train, test): 1437 and 360 images, split once and for all."""
    with (
        files("nncore.data").joinpath("digits.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        images, labels = arrays["images"], arrays["labels"].astype(np.int64)
    data = Dataset(images, labels, "digits", max_value=16, noun="digit", about=ABOUT)
    order = np.random.default_rng(0).permutation(len(images))
    test, train = order[:TEST_SIZE], order[TEST_SIZE:]
    return data[train], data[test]
