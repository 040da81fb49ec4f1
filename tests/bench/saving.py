"""What it costs a run in the page that its session is kept."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.browser import Tab
from web.site.console import Stage

HEADING = ("of the time", "savings", "each", "stored")
RUNS: dict[str, tuple[str, dict[str, object]]] = {  # preset, and what differs from it
    "small digits, 64-1024-10": ("corrected", {"dataset": "digits"}),
    "MNIST, 784-1024-10": ("corrected", {"dataset": "mnist"}),
    "MNIST, 784-4096-10, Adam": ("fast-mlp", {"dataset": "mnist", "hidden": [4096]}),
    "MNIST, small CNN": ("small-cnn", {"dataset": "mnist"}),
}


def measure(tab: Tab, seconds: float) -> Iterator[tuple[str, ...]]:
    """A line of the table for each run."""
    for name, (preset, changes) in RUNS.items():
        with Stage(name):
            found = tab.call("saving", seconds, preset, changes, wait=True)
        yield (
            name,
            f"{found['share']:.2%}",
            f"{found['savings']}",
            f"{1000 * found['each']:.0f} ms",
            f"{found['bytes'] / 1e6:.1f} MB",
        )
