"""Faults: the network goes away while the page is loaded for the first time."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route

from tests.e2e.conftest import Guard
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


@pytest.mark.parametrize("tenth", range(1, 10))
def test_the_network_is_lost(
    new_context: NewContext, guard: Guard, site_url: str, noted: Noted, requests: int, tenth: int
) -> None:
    guard.expect(".")
    seen = 0

    def answer(route: Route) -> None:
        nonlocal seen
        seen += 1
        if seen > requests * tenth / 10:
            route.abort()
        else:
            route.continue_()

    context = new_context()
    context.route("**/*", answer)
    page = open_page(context, site_url)
    seconds = wait_for_the_panel(page)
    context.unroute("**/*")
    reload(page)
    wait_until_ready(page)
    noted(f"network lost after {tenth}0 % of the first load", seconds, "nothing yet", RELOAD)
