"""What people find who use the page by keyboard, by ear, with larger text, or with colours of their own."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.conftest import ENGINE, boot
from tests.e2e.lab import Lab

TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

PROBES = (Path(__file__).parent / "probes.js").read_text("utf-8")


def probe(page: Page, call: str) -> Any:
    """What one of the probes finds out about the page."""
    page.evaluate(PROBES + "\n0")
    return page.evaluate(f"probes.{call}")


def focused(page: Page) -> str:
    """The accessible name of what has the focus."""
    name: str = probe(page, "focused()")
    return name


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of that name has the focus; every stop has a name and is seen."""
    for _ in range(150):
        page.keyboard.press("Tab")
        stop = focused(page)
        if page.evaluate("document.activeElement === document.body"):
            continue  # past the page's end
        assert stop, f"a stop on the way to {name!r} has no name"
        page.wait_for_function("probes.ringed()", timeout=2_000)  # the first one waits for the window's
        if stop == name:
            return
    raise AssertionError(f"{name!r} cannot be reached with Tab")


def press_and_keep_the_focus(page: Page, control: Locator, then: Locator) -> None:
    """Press a control with the keyboard, which makes `then` appear; the focus stays or goes on somewhere."""
    control.focus()
    page.keyboard.press("Enter")
    expect(then).to_be_visible()
    page.evaluate(TWO_FRAMES)  # what goes away hands the focus on in the next frame
    assert focused(page), f"the focus is lost after {control}"


def test_the_whole_job_by_keyboard(page: Page) -> None:
    lab = Lab(page)
    keys = page.keyboard
    tab_to(page, "Skip to the dashboard")
    address = page.url
    keys.press("Enter")
    page.wait_for_function("document.activeElement.id === 'main'")
    expect(page).to_have_url(address)  # with its settings, to be kept
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
    chances = page.get_by_role("list", name="Probabilities")
    expect(chances).to_contain_text(re.compile(r": Ready-made network \d+\.\d%"))
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


def test_what_goes_away_hands_the_focus_on(page: Page) -> None:
    lab = Lab(page)
    lab.enter("Epochs", "1")
    lab.press("Train")
    lab.wait_until_rested()
    files = lab.button("Files")
    files.focus()
    page.keyboard.press("Enter")
    lab.button("Save the curves (CSV)").focus()
    with page.expect_download():
        page.keyboard.press("Enter")
    expect(files).to_be_focused()

    lab.drop("curves.npz", b"")
    lab.button("Dismiss").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    page.get_by_role("tab", name="Your hand").click()
    lab.draw((0.5, 0.15), (0.5, 0.85))
    drawing = page.get_by_role("button", name="Your 3: press to delete it")
    press_and_keep_the_focus(page, page.get_by_title("Collect it as 3"), drawing)
    press_and_keep_the_focus(page, lab.button("Teach"), lab.button("Keep the taught network"))
    press_and_keep_the_focus(page, lab.button("Keep the taught network"), lab.button("Teach"))
    drawing.focus()
    page.keyboard.press("Enter")
    expect(drawing).to_be_hidden()
    expect(page.locator("[data-area=explore]")).to_be_focused()

    page.get_by_role("link", name="Course").click()
    for hint in ("A hint", "Another hint"):
        press_and_keep_the_focus(page, lab.button(hint), lab.button("Another hint"))
    press_and_keep_the_focus(page, lab.button("Another hint"), lab.button("Show the solution"))


def test_menus_and_dialogs_give_the_focus_back(shared_page: Page) -> None:
    page = shared_page
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


# Keeps what heights (Hz) and volumes (below 1) the page's tone was given.
LISTEN_TO_TONES = """() => {
  window.tones = [];
  const {setTargetAtTime} = AudioParam.prototype;
  AudioParam.prototype.setTargetAtTime = function (value, ...rest) {
    tones.push(value);
    return setTargetAtTime.call(this, value, ...rest);
  };
}"""


def test_live_regions_speak_when_things_settle(page: Page) -> None:
    lab = Lab(page)
    lab.draw((0.5, 0.15), (0.5, 0.85))
    page.get_by_label("Let your own network answer").check()
    lab.enter("Epochs", "3000")
    page.evaluate(LISTEN_TO_TONES)
    page.get_by_label("Sound").check()
    lab.press("Train")
    lab.wait_for("epoch")
    probe(page, "listen()")
    before = lab.figures()["epoch"]
    page.wait_for_timeout(8000)
    lab.button("Pause").focus()
    page.keyboard.press("Enter")
    lab.wait_until_rested()
    expect(lab.button("Pause")).to_be_focused()
    assert lab.figures()["epoch"] != before
    page.wait_for_function("tones.at(-1) === 0")  # the volume, which is set last
    heights = [tone for tone in page.evaluate("tones") if tone > 1]
    assert heights[-1] < heights[0] / 2, f"the tone did not fall with the loss: {heights}"
    expect(page.locator(".unseen", has_text="Loss fell").first).to_be_attached()
    heard: list[tuple[str, list[float]]] = page.evaluate("probes.heard()")
    assert any("Loss" in text for text, _ in heard), f"nothing was said at rest: {heard}"
    for text, times in heard:
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert all(gap > 700 for gap in gaps), f"{text!r} speaks every {min(gaps):.0f} ms"


def test_the_outcome_is_read_out_once_and_whole(page: Page) -> None:
    lab = Lab(page)
    lab.enter("Epochs", "2")
    probe(page, "listen()")
    lab.press("Train")
    outcome = page.get_by_role("status", name="Outcome")
    expect(outcome).to_contain_text("it started at")
    heard = dict(page.evaluate("probes.heard()"))
    assert len(heard[outcome.inner_text()]) == 1


@pytest.mark.parametrize("width", [320, 1360])
def test_nothing_outgrows_its_place(
    new_context: Callable[..., BrowserContext], site_url: str, width: int
) -> None:
    mobile = {"has_touch": True, "is_mobile": ENGINE != "firefox"} if width < 400 else {}
    page = boot(new_context(viewport={"width": width, "height": 900}, **mobile).new_page(), site_url)
    assert probe(page, f"small({44 if mobile.get('is_mobile') else 24})") == []
    assert probe(page, "faint()") == []
    probe(page, "spaceText()")
    page.evaluate(TWO_FRAMES)
    assert probe(page, "outgrown()") == []


ON_AND_OFF = [
    [".speed label:has(:checked)", ".speed label:not(:has(:checked))"],
    ["[role=tab][aria-selected=true]", "[role=tab][aria-selected=false]"],
    ["[aria-pressed=true]", "[aria-pressed=false]"],
    [".track i", ".track"],
]


def test_colours_of_ones_own_show_what_is_on_and_how_far_it_is(
    new_context: Callable[..., BrowserContext], site_url: str
) -> None:
    page = new_context(forced_colors="active").new_page()
    page.goto(site_url)
    page.wait_for_selector("body[data-page=drawn]")
    for selectors, (on, off) in zip(ON_AND_OFF, probe(page, f"looks({json.dumps(ON_AND_OFF)})"), strict=True):
        assert on, f"{selectors[0]} is not there"
        assert off, f"{selectors[1]} is not there"
        assert not set(on) & set(off), f"{selectors} look alike"
