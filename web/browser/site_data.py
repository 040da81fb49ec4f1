"""The data sets that come with the site, streamed in while everything else goes on."""

from __future__ import annotations

from typing import Any

from nncore.data import DATASETS, load_data, parse_idx
from nncore.data.published import FILES, Published
from nncore.data.sets import at_hand
from web.browser import bridge
from web.session.data import Pair, Report

# The files of a set like MNIST in the order of loading, with their shares of the bytes.
SHARES = {
    "train-labels-idx1-ubyte.gz": 0.003,
    "t10k-labels-idx1-ubyte.gz": 0.001,
    "t10k-images-idx3-ubyte.gz": 0.142,
    "train-images-idx3-ubyte.gz": 0.854,
}


class SiteSource:
    """The embedded digits, and MNIST where the site was built with it."""

    @property
    def names(self) -> tuple[str, ...]:
        """What is built in, and what the site was built with."""
        built_in = (name for name in at_hand() if not isinstance(DATASETS[name].make, Published))
        return (*built_in, *bridge.site_data())

    async def load(self, name: str, report: Report, **options: Any) -> Pair:
        """Fetch one without blocking. Raises DataError or FetchError with a message for the visitor."""
        published = DATASETS[name].make
        if not isinstance(published, Published):
            return load_data(name, **options)
        done = 0.0
        arrays = {}
        for file, share in SHARES.items():

            def advance(received: int, total: int, done: float = done, share: float = share) -> None:
                report(done + share * (received / total if total else 0))

            content = await bridge.fetch_bytes(bridge.site_data()[name][file], advance, gunzip=True)
            arrays[file] = parse_idx(content, file)
            done += share
        return published.datasets([arrays[file] for file in FILES])
