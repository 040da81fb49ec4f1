"""The page is there before Python: drawn, usable, and taken over without a jump."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import BOOT_SECONDS, hold_python
from tests.e2e.lab import Lab

PLACES = """() => Object.fromEntries([...document.querySelectorAll("header, main > .card")].map((card) => {
  const {x, y, width} = card.getBoundingClientRect();
  return [card.dataset.area ?? "header", [x, y + scrollY, width].map(Math.round)];
}))"""
# What WebKit says of any page whose boxes are measured and changed in one frame: no script failed.
REMARK = """dispatchEvent(new ErrorEvent("error",
  {message: "ResizeObserver loop completed with undelivered notifications."}))"""
FIRST_SCREEN = ("header", "pad", "picture", "answer")


def open_early(context: BrowserContext, url: str) -> tuple[Page, Callable[[], None]]:
    """The page as it is drawn while Python is still starting, and what lets Python come and waits for it."""
    page = context.new_page()
    let_python_come = hold_python(page)
    page.goto(url)
    page.wait_for_selector("body[data-page=drawn]")
    expect(page.locator("body")).to_have_attribute("data-state", "loading")
    return page, let_python_come


def wait_for_python(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=BOOT_SECONDS * 1000)


def test_what_is_done_before_python_is_there_takes_effect(
    new_context: Callable[..., BrowserContext], site_url: str
) -> None:
    page, let_python_come = open_early(new_context(), site_url)
    page.evaluate(REMARK)
    lab = Lab(page)
    assert page.locator(".skeleton").count() == 0
    before = page.evaluate(PLACES)
    lab.draw((0.5, 0.2), (0.5, 0.8))
    page.get_by_label("Data", exact=True).select_option("digits")
    lab.enter("Learning rate", "0.25")
    lab.press("Train")
    expect(page.get_by_text("Train begins as soon as Python is there.")).to_be_visible()
    rate = lab.setting("Learning rate")
    rate.focus()

    let_python_come()
    lab.wait_for("accuracy")  # it trains
    expect(page.get_by_label("Data", exact=True)).to_have_value("digits")
    expect(rate).to_have_value("0.25")
    expect(rate).to_be_focused()
    expect(page.locator("[data-slot=answer]")).to_contain_text("1")
    lab.press("Pause")
    after = page.evaluate(PLACES)
    assert {name: after[name] for name in FIRST_SCREEN} == {name: before[name] for name in FIRST_SCREEN}


# The worker ends as soon as it is told that its page was drawn.
DIES_AT_FIRST = """(() => {
  const {postMessage} = Worker.prototype;
  let died = false;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.type !== "rendered" || died) return postMessage.call(this, message, ...rest);
    died = true;
    this.terminate();
  };
})()"""


def test_nothing_is_lost_if_python_dies_when_it_takes_the_page_over(
    new_context: Callable[..., BrowserContext], site_url: str
) -> None:
    context = new_context()
    context.add_init_script(DIES_AT_FIRST)
    page, let_python_come = open_early(context, site_url)
    lab = Lab(page)
    lab.draw((0.5, 0.2), (0.5, 0.8))
    page.get_by_label("Data", exact=True).select_option("digits")
    lab.press("Train")
    let_python_come()
    lab.wait_for("accuracy")
    expect(page.get_by_label("Data", exact=True)).to_have_value("digits")
    expect(page.locator("[data-slot=answer]")).to_contain_text("1")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_first_page_has_the_visitors_theme_and_fits_a_phone(
    new_context: Callable[..., BrowserContext], site_url: str, theme: str
) -> None:
    context = new_context(color_scheme=theme, viewport={"width": 320, "height": 640})
    page, _ = open_early(context, site_url)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    expect(page.get_by_label("Sketch pad")).to_be_visible()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"the page is {overflow} px wider than the phone"


def test_a_link_to_another_experiment_does_not_show_the_default_first(
    new_context: Callable[..., BrowserContext], site_url: str
) -> None:
    page = new_context().new_page()
    page.goto(site_url + "#preset=fast-mlp&dataset=digits")
    expect(page.locator("[data-area=pad] .skeleton")).to_be_visible()
    assert page.get_by_label("Sketch pad").count() == 0
    wait_for_python(page)
    expect(page.get_by_label("Sketch pad")).to_be_visible()
