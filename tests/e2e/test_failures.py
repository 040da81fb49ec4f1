"""A load that fails says what failed and what to do, and never goes on half alive."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import BOOT_SECONDS, Guard

Answer = Callable[[Route], None]


def missing(route: Route) -> None:
    route.fulfill(status=404, body="not here")


def tampered(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.body()[:-1] + b"!")


def cut_short(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.body()[:100_000])


def fail_to_boot(context: BrowserContext, guard: Guard, url: str, pattern: str, answer: Answer) -> Page:
    guard.expect(".")  # the browser logs the failed request too
    context.route(pattern, answer)
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("body:not([data-state=loading])", state="attached", timeout=BOOT_SECONDS * 1000)
    return page


@pytest.mark.parametrize(
    ("pattern", "answer", "named"),
    [
        ("**/lib/nncore-*.bin", tampered, "nncore's archive"),
        ("**/pyodide.asm.js-*", missing, "Python's script"),
        ("**/pyodide.asm.wasm-*", cut_short, "Python"),
        ("**/pyodide-*.mjs", tampered, "Python's loader"),
        ("**/stdlib-*.bin", missing, "Python's standard library"),
        ("**/bokeh.min.js-*", tampered, "bokeh.min.js"),
        ("**/page/outbox.js", missing, "outbox.js"),
        ("**/page/main.js", tampered, "main.js"),
        ("**/components/kit.js", missing, "kit.js"),
        ("**/worker/main.js", missing, "worker"),
        ("**/worker/files.js", missing, "worker"),
        ("**/worker/core.js", tampered, "worker"),
    ],
)
def test_names_the_file_that_is_missing_or_changed(
    new_context: Callable[..., BrowserContext],
    guard: Guard,
    site_url: str,
    pattern: str,
    answer: Answer,
    named: str,
) -> None:
    page = fail_to_boot(new_context(), guard, site_url, pattern, answer)
    expect(page.locator("body")).to_have_attribute("data-state", "error")
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("heading", name="The dashboard could not start")).to_be_visible()
    expect(page.locator("#failure")).to_contain_text(named)
    expect(page.locator("#failure-do")).to_contain_text("Reload the page")
    expect(page.get_by_role("button", name="Reload the page")).to_be_visible()
    expect(page.locator(".skeleton:visible")).to_have_count(0)


def test_works_again_after_the_reload_button(
    new_context: Callable[..., BrowserContext], guard: Guard, site_url: str
) -> None:
    context = new_context()
    page = fail_to_boot(context, guard, site_url, "**/lib/web-*.bin", missing)
    expect(page.locator("body")).to_have_attribute("data-state", "error")
    context.unroute("**/lib/web-*.bin")
    page.get_by_role("button", name="Reload the page").click()
    page.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    expect(page.get_by_role("alert")).to_be_hidden()
