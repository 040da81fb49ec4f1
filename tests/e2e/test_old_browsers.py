"""A browser that lacks what the page needs is told so before anything is downloaded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Guard
from web.site import words

NewContext = Callable[..., BrowserContext]
# What an older browser has not got, and what its scripts find in its place.
LACKS = {
    "WebAssembly": "delete window.WebAssembly",
    "DecompressionStream": "delete window.DecompressionStream",
    "OffscreenCanvas": "delete window.OffscreenCanvas",
    "import maps": "delete HTMLScriptElement.supports",
    "module workers": "window.Worker = class { constructor(url) { new URL(url); } }",  # reads no options
}


def open_without(context: BrowserContext, feature: str, address: str) -> Page:
    """The page in a browser that lacks something."""
    context.add_init_script(LACKS[feature])
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.wait_for_url("**/browser.html*")
    return page


@pytest.mark.parametrize("feature", LACKS)
def test_what_is_missing_is_told_and_nothing_downloaded(
    new_context: NewContext, guard: Guard, site_url: str, feature: str
) -> None:
    page = open_without(new_context(), feature, f"{site_url}#preset=fast-mlp")
    expect(page.get_by_role("heading", level=1)).to_have_text("This browser is too old for the dashboard")
    expect(page.locator("main code").first).to_have_text(feature)
    fetched = {url.removeprefix(site_url).partition("#")[0] for url in guard.requests}
    assert fetched <= {"", "browser.html"}
    page.get_by_role("link", name="Read the lessons").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lessons")


def test_it_is_told_in_the_visitors_language_and_may_be_tried_all_the_same(
    new_context: NewContext, guard: Guard, site_url: str
) -> None:
    guard.expect(".")  # what then goes wrong is the browser's affair
    say = words.translation("zh_CN", "page")
    page = open_without(new_context(), "DecompressionStream", f"{site_url}#lang=zh-CN&preset=fast-mlp")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        say("This browser is too old for the dashboard")
    )
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("link", name=say("Try the dashboard all the same")).click()
    expect(page).to_have_url(f"{site_url}?anyway")
    expect(page.get_by_role("alert")).to_contain_text("The dashboard could not start", timeout=60_000)
