"""Faults: the network goes away, or falls silent, while the page is loaded for the first time."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.conftest import BOOT_SECONDS, Guard
from tests.e2e.faults import RELOAD, NewContext, open_page, reload, wait_for_the_panel, wait_until_ready
from tests.fault_table import Noted

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def requests(chromium: Browser, site_url: str) -> int:
    """How many requests a first load makes, the worker's included."""
    seen = []
    context = chromium.new_context(service_workers="block")
    context.route("**/*", lambda route: (seen.append(route.request.url), route.continue_()))
    wait_until_ready(open_page(context, site_url))
    context.close()
    return len(seen)


def test_the_network_is_lost(
    new_context: NewContext, guard: Guard, site_url: str, noted: Noted, requests: int
) -> None:
    """After a tenth of the requests of a first load, then after two tenths …, at last not at all."""
    guard.expect(".")
    seen, tenths = 0, 1

    def answer(route: Route) -> None:
        nonlocal seen
        seen += 1
        if tenths < 10 and seen > requests * tenths / 10:
            route.abort()
        else:
            route.continue_()

    context = new_context()
    context.route("**/*", answer)  # which switches the browser's own cache off, too
    page = open_page(context, site_url)
    while tenths < 10:
        expect(page.locator("body")).not_to_have_attribute(
            "data-state", "loading", timeout=BOOT_SECONDS * 1000
        )
        if tenths == 9 and page.get_attribute("body", "data-state") == "ready":
            noted("network lost after 90 % of the first load", None, "all: the rest is not needed yet", "-")
            return
        seconds = wait_for_the_panel(page)
        noted(f"network lost after {tenths}0 % of the first load", seconds, "nothing yet", RELOAD)
        seen, tenths = 0, tenths + 1
        reload(page)
    wait_until_ready(page)


SILENT = {
    "**/page/main.js": "main.js",
    "**/bokeh.min.js-*": "bokeh.min.js",
    "**/numpy-*.bin": "NumPy's archive",
}


def test_an_answer_does_not_come(new_context: NewContext, site_url: str, noted: Noted) -> None:
    """The three at a time: each takes its twenty seconds."""
    pages, silent = {}, True
    start = time.monotonic()

    def answer(route: Route) -> None:
        if not silent:
            route.continue_()

    for pattern, what in SILENT.items():
        context = new_context()
        context.route(pattern, answer)
        pages[what] = open_page(context, site_url)
    for what, page in pages.items():
        expect(page.locator("#stalled-what")).to_contain_text(what, timeout=60_000)
        if what.startswith("NumPy"):  # which the worker fetches, and counts
            expect(page.locator("#boot-bytes")).to_have_text(re.compile(r"\d of \d+\.\d MB: \w"))
        noted(f"no answer for {what}", time.monotonic() - start, "nothing yet", "Try again")
    silent = False
    for page in pages.values():
        with page.expect_navigation(wait_until="commit"):
            page.get_by_role("button", name="Try again").click()
        wait_until_ready(page)
        page.context.close()
