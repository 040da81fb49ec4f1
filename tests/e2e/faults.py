"""What the tests of the catalogue of faults have in common."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import BOOT_SECONDS
from tests.e2e.lab import Lab

NewContext = Callable[..., BrowserContext]
RELOAD = "Reload the page"
SMALL = "#preset=corrected&speed=full&hidden=8"  # a session that is soon read from the browser's storage


def open_page(context: BrowserContext, url: str) -> Page:
    """A page that is on its way, wherever that ends."""
    page = context.new_page()
    page.goto(url, wait_until="commit")
    return page


def reload(page: Page) -> None:
    """Press the panel's button."""
    with page.expect_navigation():
        page.get_by_role("button", name=RELOAD).click()


def wait_until_ready(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=BOOT_SECONDS * 1000)
    expect(page.locator("#failure")).to_be_hidden()


def wait_for_the_panel(page: Page) -> float:
    """Seconds until a failed start says so."""
    start = time.monotonic()
    expect(page.locator("body")).to_have_attribute("data-state", "error", timeout=BOOT_SECONDS * 1000)
    expect(page.locator("#failure-what")).to_have_text(re.compile(r"\S"))
    expect(page.get_by_role("button", name=RELOAD)).to_be_visible()
    return time.monotonic() - start


def trained(page: Page) -> Lab:
    """A page with one step of training, which is stored."""
    lab = Lab(page)
    lab.press("Step")
    lab.wait_for("1/")
    lab.wait_until_saved(lambda saved: saved.checkpoint.trainer_state is not None)
    return lab


def flipped(body: bytes) -> bytes:
    """The same file with one bit changed."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
