"""What people find who use the page by keyboard, by ear, with larger text, or with colours of their own."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import BOOT_SECONDS, Guard, boot
from tests.e2e.lab import Lab
from web.site.check_tools import OutOfReachError, unpack

TABS = ("What it learnt", "The network", "Your hand", "Data", "Mistakes")

PROBES = (Path(__file__).parent / "probes.js").read_text("utf-8")


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            return (unpack("axe-core", Path(folder), "axe.min.js") / "axe.min.js").read_text("utf-8")
    except OutOfReachError as reason:
        pytest.skip(f"the page was not run through axe: {reason}")


def violations(page: Page, axe: str, state: str) -> list[str]:
    """What axe finds wrong with the page as it is."""
    page.evaluate(axe)
    found: list[Any] = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{state}: {rule['id']} at {node['target']}: {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"][:3]
    ]


def probe(page: Page, call: str) -> Any:
    """What one of the probes finds out about the page."""
    page.evaluate(PROBES + "\n0")
    return page.evaluate(f"probes.{call}")


def focused(page: Page) -> str:
    """The accessible name of what has the focus."""
    name: str = probe(page, "focused()")
    return name


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of that name has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"{name!r} cannot be reached with Tab")


def test_every_state_passes_axe(page: Page, axe: str, site_url: str) -> None:
    lab = Lab(page)
    found = violations(page, axe, "ready")
    lab.press("Help")
    found += violations(page, axe, "tour")
    page.keyboard.press("Escape")
    lab.enter("Epochs", "2")
    lab.press("Train")
    found += violations(page, axe, "training")
    lab.wait_until_rested()
    lab.draw((0.5, 0.15), (0.5, 0.85))
    page.get_by_text("Step by step").click()
    page.get_by_text("The curves as a table").click()
    lab.enter("Learning rate", "much")
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        found += violations(page, axe, f"tab {tab}")
    page.get_by_role("button", name="Switch between light and dark").click()
    lab.press("Files")
    found += violations(page, axe, "dark, menu")
    page.evaluate("document.querySelector('#copy-dialog').showModal()")
    found += violations(page, axe, "dialog")
    for path in ("lessons/index.html", "lessons/notebook.html", "404.html"):
        page.goto(site_url + path)
        found += violations(page, axe, path)
    assert not found, "\n".join(found)


def test_loading_and_failure_pass_axe(
    new_context: Callable[..., BrowserContext], guard: Guard, site_url: str, axe: str
) -> None:
    guard.expect(".")
    context = new_context(color_scheme="dark")
    held: list[Route] = []
    answers = {"status": 404, "body": "not here"}  # to the page's second try as well
    context.route("**/lib/web-*.bin", lambda route: route.fulfill(**answers) if held else held.append(route))
    page = context.new_page()
    with page.expect_request("**/lib/web-*.bin"):
        page.goto(site_url)
    page.wait_for_selector("body[data-state=loading]")
    found = violations(page, axe, "loading")
    held[0].fulfill(**answers)
    page.wait_for_selector("body[data-state=error]", timeout=BOOT_SECONDS * 1000)
    found += violations(page, axe, "failure")
    assert not found, "\n".join(found)
    assert focused(page), "nothing has the focus after the failure"


def test_the_whole_job_by_keyboard(page: Page) -> None:
    lab = Lab(page)
    keys = page.keyboard
    tab_to(page, "Skip to the dashboard")
    keys.press("Enter")
    expect(page).to_have_url(page.url)
    tab_to(page, "Step")
    keys.press("Enter")
    lab.wait_for("1/23")
    keys.press("Enter")
    lab.wait_for("2/23")
    assert focused(page) == "Step"

    tab_to(page, "All settings")
    keys.press("Enter")
    tab_to(page, "Epochs")
    keys.press("Control+a")
    keys.type("2")
    keys.press("Enter")
    lab.button("Train").focus()
    keys.press("Enter")
    lab.wait_for("2/2")
    lab.wait_until_rested()
    assert focused(page) == "Train", "the focus is lost when training ends by itself"

    tab_to(page, "Sketch pad")
    keys.press("Space")
    for _ in range(8):
        keys.press("ArrowDown")
    keys.press("Space")
    expect(page.get_by_role("status", name="Prediction")).not_to_contain_text("Draw a digit")
    tab_to(page, "Clear")
    keys.press("Enter")
    assert focused(page) == "Clear"
    expect(page.get_by_role("status", name="Prediction")).to_contain_text("Draw a digit")

    name = page.get_by_label("Name of Run 1")
    name.focus()
    keys.press("End")
    keys.type(", my first")
    lab.button("Train").dispatch_event("click")  # meanwhile the table changes
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert focused(page) == "Name of Run 1"
    expect(name).to_have_value("Run 1, my first")
    keys.press("Enter")
    expect(page.get_by_label("Name of Run 1, my first")).to_be_focused()
    lab.wait_until_rested()
    page.get_by_label("Show Run 1, my first in the plots").focus()
    keys.press("Space")
    assert focused(page) == "Show Run 1, my first in the plots"
    page.get_by_role("button", name="Delete Run 1, my first").focus()
    keys.press("Enter")
    page.get_by_role("button", name="Delete Run 1, my first").wait_for(state="detached")
    assert focused(page), "deleting a run loses the focus"

    page.get_by_role("tab", name="Mistakes").focus()
    keys.press("ArrowRight")
    keys.press("Enter")
    expect(page.get_by_role("tabpanel", name="What it learnt")).to_be_visible()
    assert focused(page) == "What it learnt"


def test_menus_and_dialogs_give_the_focus_back(page: Page) -> None:
    keys = page.keyboard
    files = page.get_by_role("button", name="Files")
    files.focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Escape")
    expect(files).to_be_focused()
    expect(files).to_have_attribute("aria-expanded", "false")
    keys.press("Enter")
    keys.press("Shift+Tab")
    expect(files).to_have_attribute("aria-expanded", "false")
    helper = page.get_by_role("button", name="Help")
    helper.focus()
    keys.press("Enter")
    expect(page.get_by_role("dialog", name="Tour")).to_be_visible()
    keys.press("Escape")
    expect(helper).to_be_focused()


def test_live_regions_speak_when_things_settle(page: Page) -> None:
    lab = Lab(page)
    lab.draw((0.5, 0.15), (0.5, 0.85))
    page.get_by_label("Let your own network answer").check()
    lab.enter("Epochs", "300")
    lab.press("Train")
    lab.wait_for("epoch")
    probe(page, "listen()")
    before = lab.figures()["epoch"]
    page.wait_for_timeout(8000)
    lab.press("Pause")
    lab.wait_until_rested()
    assert lab.figures()["epoch"] != before
    expect(page.locator(".unseen", has_text="Loss fell").first).to_be_attached()
    heard: list[tuple[str, list[float]]] = page.evaluate("probes.heard()")
    assert any("Loss" in text for text, _ in heard), f"nothing was said at rest: {heard}"
    for text, times in heard:
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert all(gap > 700 for gap in gaps), f"{text!r} speaks every {min(gaps):.0f} ms"


@pytest.mark.parametrize("width", [320, 1360])
def test_nothing_outgrows_its_place(
    new_context: Callable[..., BrowserContext], site_url: str, width: int
) -> None:
    page = boot(new_context(viewport={"width": width, "height": 900}).new_page(), site_url)
    probe(page, "spaceText()")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert probe(page, "outgrown()") == []
