"""The page starts, paints at once, stays on its own origin, and fits its screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.bench.line import TEXTS, Line, serve
from tests.e2e.conftest import BOOT_SECONDS, QUICK, Guard, boot
from tests.e2e.lab import Lab
from web.site.paths import DIST

MOST_BYTES = 11e6
MOST_REQUESTS = 110

TOPS = """areas => areas.map((area) =>
  document.querySelector(`[data-area=${area}]`).getBoundingClientRect().top + scrollY)"""
# Whether the outermost row and column of a plot are as dark as what lies within.
DARK_TO_THE_EDGE = """canvas => [[0, 9], [9, 0], [9, 9]].every((place) =>
  canvas.getContext("2d").getImageData(...place, 1, 1).data[0] < 60)"""
# Whether a plot's outermost column and row are of one colour, but for the corners.
CLEAN_EDGES = """canvas => [[0, 1, 1, canvas.height - 2], [1, 0, canvas.width - 2, 1]].every((edge) =>
  new Set(new Uint32Array(canvas.getContext("2d").getImageData(...edge).data.buffer)).size === 1)"""


def test_starts_under_a_sub_path_without_leaving_the_site(page: Page, guard: Guard, site_url: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready")
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    fetched = [url for url in guard.requests if url.startswith(site_url)]
    assert any("numpy-" in url for url in fetched), "the worker's own requests are not being watched"
    assert guard.foreign_requests() == []


def test_plots_follow_the_theme_to_their_edges(shared_page: Page) -> None:
    plot = shared_page.get_by_role("figure", name="loss over epochs").locator("canvas.bk-layer").first
    for theme in ("dark", "light"):
        shared_page.get_by_role("button", name="Switch between light and dark").click()
        if theme == "dark":
            shared_page.wait_for_function(DARK_TO_THE_EDGE, arg=plot.element_handle())


def test_plots_leave_nothing_behind_at_their_edges_when_the_window_is_resized(shared_page: Page) -> None:
    plot = shared_page.get_by_role("figure", name="loss over epochs").locator("canvas.bk-layer").first
    before = shared_page.viewport_size
    assert before is not None
    for width in (1100, 800, before["width"]):
        shared_page.set_viewport_size({"width": width, "height": before["height"]})
        shared_page.wait_for_function(CLEAN_EDGES, arg=plot.element_handle())


@pytest.mark.parametrize("compressed_types", [TEXTS, ()], ids=["texts compressed", "nothing compressed"])
def test_first_visit_keeps_to_its_budget(
    new_context: Callable[..., BrowserContext], guard: Guard, compressed_types: tuple[str, ...]
) -> None:
    """On a slow line, up to a network at work on the small digits, whatever the host compresses."""
    line = Line(bits=20e6, delay=0.04)
    with serve(DIST, line, compressed_types) as server:
        guard.site_url = f"http://127.0.0.1:{server.server_address[1]}/"
        page = boot(new_context().new_page(), guard.site_url + QUICK)
        expect(page.locator("body")).to_have_attribute("data-start", "ordinary")
        lab = Lab(page)
        lab.press("Train")
        lab.wait_for("accuracy")
        server.shutdown()
    names = {url.removeprefix(guard.site_url).partition("#")[0] for url in guard.requests}
    assert any("numpy-" in name for name in names), "the worker's own requests are not being watched"
    assert not any(name.startswith("lib/packages/") for name in names), (
        "an ordinary visit needs none of these"
    )
    assert line.bytes < MOST_BYTES, f"{line.bytes / 1e6:.1f} MB"
    assert line.requests < MOST_REQUESTS, f"{line.requests} requests"


def test_first_view_is_there_before_python(new_context: Callable[..., BrowserContext], site_url: str) -> None:
    page = new_context().new_page()
    page.goto(site_url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("progressbar", name="Loading")).to_be_visible()
    expect(page.locator("#stages li")).to_have_count(4)
    expect(page.get_by_label("Sketch pad")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-state", "loading")
    page.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    expect(page.get_by_role("progressbar", name="Loading")).to_be_hidden()
    assert page.locator(".skeleton").count() == 0
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    ready = page.evaluate("performance.getEntriesByName('nncore-ready')[0].startTime")
    assert paint < ready / 3, f"painted after {paint:.0f} ms of {ready:.0f} ms"


def test_theme_follows_the_system_and_remembers_the_choice(
    new_context: Callable[..., BrowserContext], site_url: str
) -> None:
    context = new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(site_url)
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-theme", "light")


def test_phone_page_has_no_sideways_scroll(phone: Page) -> None:
    overflow = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"the page is {overflow} px wider than the phone"
    # Picture, pad, Train: the pad's tools stand beside its paper, so that Train is not far below it.
    train = phone.get_by_role("button", name="Train", exact=True).bounding_box()
    assert train is not None
    assert train["y"] + train["height"] <= 844, "network, pad and Train are not on one screen"
    tops = phone.evaluate(TOPS, ["picture", "pad", "train"])
    assert tops == sorted(tops)
    assert tops[2] < 1000
    # A race's table scrolls by itself.
    phone.get_by_role("button", name="Race", exact=True).click()
    expect(phone.get_by_role("row", name=re.compile("^Rival 1"))).to_have_count(1)
    overflow = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"with a race the page is {overflow} px wider than the phone"


def test_unknown_address_says_so(new_context: Callable[..., BrowserContext], site_url: str) -> None:
    page = new_context().new_page()
    page.goto(site_url + "404.html")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_second_page_of_a_visit_starts_too(new_context: Callable[..., BrowserContext], site_url: str) -> None:
    context = new_context()
    boot(context.new_page(), site_url)
    again = boot(context.new_page(), site_url + "#unknown=1")
    expect(again.locator("#failure")).to_be_hidden()
    expect(again).to_have_url(re.compile("#"))
