"""All states of the page, one after the other, in any language: for tests that look at each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from tests.e2e.lab import Lab
from web.site import words

TABS = ("Mistakes", "What it learnt", "The network", "Code", "Your hand", "What fools it", "Data")
DOCUMENTS = ("index", "notebook", "learning-rate", "centring", "teachers", "exercises")
Say = Callable[[str], str]


def language(folder: str) -> Say:
    """The names of the page's controls, given in English, in a language ("zh_CN"; "" for English)."""
    return words.translation(folder, "page") if folder else str


def lab_states(lab: Lab, say: Say) -> Iterator[str]:
    """Names of the dashboard's states, each when the page is in it."""
    page = lab.page
    yield "ready"
    lab.press("Help")
    tour = page.get_by_role("dialog", name=say("Tour"))
    yield "tour"
    while (on := tour.get_by_role("button").last).text_content() != say("Done"):
        on.click()
        yield "tour"
    on.click()
    lab.enter("Epochs", "2")
    lab.press("Train")
    yield "training"
    lab.wait_until_rested()
    yield "at rest, with a run"
    lab.draw((0.5, 0.15), (0.5, 0.85))
    page.get_by_text(say("Step by step")).click()
    page.get_by_text(say("The curves as a table")).click()
    yield "drawn"
    lab.enter("Learning rate", "-1")
    page.get_by_role("button", name=say("About {label}").format(label=say("Learning rate"))).first.click()
    yield "a setting refused, another explained"
    for name in TABS:
        tab = page.get_by_role("tab", name=say(name), exact=True)
        tab.click()
        expect(page.get_by_role("tabpanel", name=say(name), exact=True)).to_be_visible()
        yield f"tab {name}"
    lab.press("Files")
    yield "menu"
    page.keyboard.press("Escape")
    lab.press("Share")
    expect(page.get_by_role("dialog", name=say("Share this experiment"))).to_be_visible()
    yield "shared"
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('#copy-dialog').showModal()")
    yield "copied by hand"
    page.keyboard.press("Escape")


def course_states(page: Page, say: Say) -> Iterator[str]:
    """Names of the course's states, each when the page is in it."""
    page.get_by_role("link", name=say("Course")).click()
    check = page.get_by_role("status", name=say("Check"))
    for answer in (
        "def neuron(x, w):\n    return np.mean(x * w)\n",
        "def neuron(x, w):\n    return w[9]\n",
        "def neuron(x, w):\n    return 0.5 * x @ w\n",
        "def neuron(x, w):\n    return x @ w\n",
    ):
        page.locator(".cm-content").fill(answer)
        page.get_by_role("button", name=say("Run code")).click()
        expect(check).to_have_text(re.compile(f"^({say('Wrong.')}|{say('Right.')})"), timeout=30_000)
        yield "an answer checked"
    chosen = page.get_by_role("combobox", name=say("Exercise"))
    for name in chosen.locator("option").evaluate_all("options => options.map(({value}) => value)"):
        chosen.select_option(name)
        expect(page.locator(".cm-content")).to_contain_text("...")
        for hint in ("A hint", "Another hint", "Another hint"):
            page.get_by_role("button", name=say(hint), exact=True).click()
        expect(page.get_by_role("button", name=say("Show the solution"))).to_be_visible()
        yield f"exercise {name}"


def documents(folder: str) -> list[str]:
    """Addresses of all that is read beside the page, in a language."""
    lessons = f"lessons/{words.tag(folder)}/" if folder else "lessons/"
    return [*(f"{lessons}{name}.html" for name in DOCUMENTS), "404.html"]
