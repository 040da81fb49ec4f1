"""Python dies, hangs or throws after the start: the page says so and starts it again with what was saved."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import BOOT_SECONDS, Guard, boot
from tests.e2e.lab import Lab

# A page cannot reach a module's worker: this notes the workers that it makes.
NOTE_WORKERS = """window.workers = [];
window.Worker = class extends Worker {
  constructor(...args) {
    super(...args);
    window.workers.push(this);
    this.addEventListener("message", ({data}) => { this.locked ||= data.type === "lock"; });
  }
};"""

# The next one to get the worker's place among the tabs, as if the worker itself were slow to give it up.
STAND_IN_LINE = """() => {
  navigator.locks.request("nncore-lab place 0", () => new Promise(() => {})).catch(() => {});
}"""


@pytest.fixture
def lab(new_context: Callable[..., BrowserContext], guard: Guard, site_url: str) -> Lab:
    page = new_context().new_page()
    page.add_init_script(NOTE_WORKERS)
    return Lab(boot(page, site_url))


def wait_for_second_start(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-python", "starting", timeout=3_000)
    expect(page.locator("body")).to_have_attribute("data-python", "ready", timeout=BOOT_SECONDS * 1000)


def test_dies_three_times(lab: Lab, guard: Guard) -> None:
    page = lab.page
    lab.press("Step")
    lab.wait_for("1/")
    lab.wait_until_saved(lambda saved: saved.checkpoint.trainer_state is not None)

    page.evaluate(STAND_IN_LINE)
    before = len(guard.requests)
    page.evaluate("workers.at(-1).terminate()")
    expect(page.get_by_text("Python stopped. It is starting again")).to_be_visible(timeout=3_000)
    expect(page.get_by_role("region", name="Train")).to_be_visible()
    wait_for_second_start(page)
    expect(page.get_by_text("Python runs again")).to_be_visible()
    assert lab.step() == 1, "what was saved did not come back"
    assert not any("asm.wasm" in url for url in guard.requests[before:]), "it was compiled again"
    lab.press("Step")
    lab.wait_for("2/")

    guard.expect(".")  # Pyodide prints a fatal error at length
    page.workers[0].evaluate("() => { setTimeout(() => pyodide._api.fatal_error(new Error('broken'))); }")
    page.wait_for_function("workers.length === 3 && workers[2].locked")
    page.evaluate("workers.at(-1).terminate()")
    expect(page.get_by_role("heading", name="Python stopped")).to_be_visible()
    expect(page.get_by_role("button", name="Reload the page")).to_be_visible()
    expect(page.get_by_role("region", name="Train")).to_be_visible()


def test_hangs_and_throws(lab: Lab, guard: Guard) -> None:
    page = lab.page
    [worker] = page.workers
    guard.expect("late fault")
    worker.evaluate("() => { setTimeout(() => { throw new Error('late fault'); }); }")
    expect(page.get_by_text(re.compile("which goes on: .*late fault"))).to_be_visible()

    silence = page.get_by_text("Python does not answer")
    worker.evaluate(
        "() => { setTimeout(() => { const end = Date.now() + 5000; while (Date.now() < end); }); }"
    )
    expect(silence).to_be_visible(timeout=6_000)
    expect(silence).to_be_hidden(timeout=15_000)  # a long computation was all
    lab.press("Step")
    lab.wait_for("1/")

    worker.evaluate("() => { setTimeout(() => { for (;;); }); }")
    page.get_by_role("button", name="Start Python again").click(timeout=6_000)
    wait_for_second_start(page)
    lab.press("Step")
    lab.wait_for("/")
    expect(page.get_by_role("alert")).to_be_hidden()
