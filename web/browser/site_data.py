"""The data sets that come with the site, streamed in while everything else goes on."""

from __future__ import annotations

import numpy as np

from nncore.data import Dataset, load_digits, parse_idx
from web.browser import bridge
from web.session.data import Pair, Report

# MNIST's files in the order of loading, with their shares of the bytes.
FILES = {
    "train-labels-idx1-ubyte.gz": 0.003,
    "t10k-labels-idx1-ubyte.gz": 0.001,
    "t10k-images-idx3-ubyte.gz": 0.142,
    "train-images-idx3-ubyte.gz": 0.854,
}


class SiteSource:
    """The embedded digits, and MNIST where the site was built with it."""

    @property
    def names(self) -> tuple[str, ...]:
        """The data sets that can be had here."""
        return ("digits", *bridge.site_data())

    async def load(self, name: str, report: Report) -> Pair:
        """Fetch one without blocking. Raises DataError or FetchError with a message for the visitor."""
        if name == "digits":
            return load_digits()
        done = 0.0
        arrays = {}
        for file, share in FILES.items():

            def advance(received: int, total: int, done: float = done, share: float = share) -> None:
                report(done + share * (received / total if total else 0))

            content = await bridge.fetch_bytes(bridge.site_data()[name][file], advance, gunzip=True)
            arrays[file] = parse_idx(content, file)
            done += share
        train_labels, test_labels, test_images, train_images = (arrays[file] for file in FILES)
        return (
            Dataset(train_images, train_labels.astype(np.int64), name),
            Dataset(test_images, test_labels.astype(np.int64), name),
        )
