"""The catalogue of faults: each is injected into the real page, must be seen in time, and must lose nothing.

`python3 build.py test faults` runs it and prints a table; it takes too long for every change.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import BOOT_SECONDS, Guard, boot
from tests.e2e.lab import Lab
from tests.fault_table import Noted

pytestmark = pytest.mark.faults
NewContext = Callable[..., BrowserContext]
CORPUS = Path(__file__).parents[1] / "unit" / "corpus"

FILES = {
    "**/page/main.js": "the page's script",
    "**/components/kit.js": "a component's module",
    "**/worker/main.js": "the worker's script",
    "**/bokeh.min.js-*": "Bokeh",
    "**/panel.min.js-*": "Panel",
    "**/pyodide-*.mjs": "Python's loader",
    "**/pyodide.asm.js-*": "Python's script",
    "**/pyodide.asm.wasm-*": "Python itself",
    "**/stdlib-*.bin": "the standard library",
    "**/numpy-*.bin": "NumPy",
    "**/packages-*.bin": "the libraries",
    "**/lib/nncore-*.bin": "nncore",
    "**/lib/web-*.bin": "the dashboard",
}


def flipped(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes] | None] = {
    "missing": None,
    "cut short": lambda body: body[: len(body) // 2],
    "one bit flipped": flipped,
    "replaced by HTML": lambda body: b"<!doctype html><title>Log in to this network</title>",
}


def wait_for_the_panel(page: Page) -> float:
    """Seconds until a failed start says so."""
    start = time.monotonic()
    expect(page.locator("body")).to_have_attribute("data-state", "error", timeout=BOOT_SECONDS * 1000)
    expect(page.locator("#failure-what")).not_to_be_empty()
    return time.monotonic() - start


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("pattern", FILES)
def test_a_file(
    new_context: NewContext, guard: Guard, site_url: str, noted: Noted, pattern: str, damage: str
) -> None:
    guard.expect(".")
    change = DAMAGES[damage]

    def answer(route: Route) -> None:
        if change is None:
            route.fulfill(status=404, body="not here")
        else:
            whole = route.fetch()
            route.fulfill(response=whole, body=change(whole.body()))

    context = new_context()
    context.route(pattern, answer)
    page = context.new_page()
    page.goto(site_url)
    seconds = wait_for_the_panel(page)
    context.unroute(pattern)
    page.get_by_role("button", name="Reload the page").click()
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=BOOT_SECONDS * 1000)
    noted(f"{FILES[pattern]} {damage}", seconds, "nothing yet", "Reload the page")


@pytest.mark.parametrize("tenth", range(1, 10))
def test_the_network_is_lost(
    new_context: NewContext, guard: Guard, site_url: str, noted: Noted, tenth: int
) -> None:
    guard.expect(".")
    context = new_context()
    page = boot(context.new_page(), site_url)
    asked = page.evaluate("performance.getEntriesByType('resource').length") + 15  # and the worker's own
    page.close()
    seen = 0

    def answer(route: Route) -> None:
        nonlocal seen
        seen += 1
        if seen > asked * tenth / 10:
            route.abort()
        else:
            route.continue_()

    fresh = new_context()
    fresh.route("**/*", answer)
    page = fresh.new_page()
    page.goto(site_url)
    seconds = wait_for_the_panel(page)
    fresh.unroute("**/*")
    page.get_by_role("button", name="Reload the page").click()
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=BOOT_SECONDS * 1000)
    noted(f"network lost after {tenth}0 % of the first load", seconds, "nothing yet", "Reload the page")


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_a_hostile_file(shared_page: Page, noted: Noted, path: Path) -> None:
    lab = Lab(shared_page)
    start = time.monotonic()
    with shared_page.expect_file_chooser() as chooser:
        lab.menu("Load a model (.npz) …" if path.name.startswith("model") else "Use your own data …")
    chooser.value.set_files(path)
    expect(shared_page.locator(".notice[data-kind=error]").last).to_be_visible()
    seconds = time.monotonic() - start
    lab.press("Step")
    lab.wait_for("/")
    for button in shared_page.get_by_role("button", name="Dismiss").all():
        button.click()
    noted(f"file: {path.stem}", seconds, "the present run", "nothing to recover")


LINKS = (
    "lr=nan&epochs=-1&hidden=99999999",
    "hide=bar,tour,train,pad,curves,settings,runs,explore",
    "preset=<script>alert(1)</script>",
    "dataset=own&seed=" + "9" * 400,
    "%00%ff%fe=%80",
)


@pytest.mark.parametrize("link", LINKS)
def test_a_hostile_link(new_context: NewContext, site_url: str, noted: Noted, link: str) -> None:
    start = time.monotonic()
    page = boot(new_context().new_page(), f"{site_url}#{link}")
    Lab(page).press("Step")
    Lab(page).wait_for("1/")
    told = page.locator(".notice").count()
    seconds = time.monotonic() - start if told else None
    noted(f"link: {link[:40]}", seconds, "the defaults", "nothing to recover")


def test_two_thousand_random_events(page: Page, noted: Noted) -> None:
    chance = random.Random(0)
    keys = ["Tab", "Enter", "Space", "ArrowDown", "ArrowRight", "Escape", "5", "Backspace"]
    for _ in range(2000):
        if chance.random() < 0.5:
            page.keyboard.press(chance.choice(keys))
        else:
            page.mouse.click(chance.randrange(1360), chance.randrange(60, 900))
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=BOOT_SECONDS * 1000)
    lab = Lab(page)
    lab.press("Step")
    lab.wait_for("/")
    noted("2,000 random clicks and keys", None, "the page, and what was stored", "nothing to recover")
