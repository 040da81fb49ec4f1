"""However long it trains, it takes no more memory: not Python's, not the page's."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from tests.bench.browser import page_heap
from tests.e2e.conftest import chromium_only
from tests.e2e.lab import Lab

RUN = "preset=corrected&speed=full&batch_size=1&epochs=10000&hidden=8"
SETTLED = 15_000  # steps until curves, recorder and plots have all that they ever hold
SHORT = 35_000
EIGHT_HOURS = 8 * 3600 * 330  # of the default network's steps on MNIST, see "How fast it is" in the README

# The end of what Python and all arrays ever took of the WebAssembly memory, and the whole of that memory.
TOP = "import ctypes, gc; gc.collect(); ctypes.CDLL(None).sbrk(0)"
WHOLE = "() => pyodide._module.HEAPU8.byteLength"


class Memory(NamedTuple):
    """In MB."""

    whole: float  # WebAssembly memory: grows by a fifth at a time
    top: float  # of it in use, ever
    page: float  # JavaScript objects of the page


def memory(page: Page) -> Memory:
    [worker] = page.workers
    whole, top = worker.evaluate(WHOLE), worker.evaluate("(code) => pyodide.runPython(code)", TOP)
    return Memory(whole / 2**20, top / 2**20, page_heap(page))


@chromium_only
@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(SHORT, id="short"),
        pytest.param(EIGHT_HOURS, id="eight hours", marks=[pytest.mark.slow, pytest.mark.timeout(5 * 3600)]),
    ],
)
def test_memory_is_flat_however_long_it_trains(page: Page, wanted: int) -> None:
    lab = Lab(page)
    page.evaluate("(hash) => { location.hash = hash; }", RUN)
    lab.wait_for("1,437")
    lab.press("Train")
    lab.train_until(SETTLED)
    settled = memory(page)
    lab.train_until(wanted)
    ended = memory(page)
    assert ended.whole == settled.whole
    assert ended.top - settled.top < 1, f"{settled} after {SETTLED} steps, {ended} after {wanted}"
    assert ended.page - settled.page < 10, f"{settled} after {SETTLED} steps, {ended} after {wanted}"
