"""All states of the page, one after the other, in any language: for tests that look at each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from tests.e2e.lab import Lab
from web.site import words

TABS = ("Mistakes", "What it learnt", "The network", "Code", "Your hand", "What fools it", "Data")
DOCUMENTS = ("index", "notebook", "learning-rate", "centring", "teachers", "exercises")
Say = Callable[[str], str]


class State(NamedTuple):
    """What the page is in now."""

    name: str
    where: Locator | None = None  # all that changed since the last state; None: look at the whole page
    words_alone: bool = False  # differs from another state in nothing else


def language(folder: str) -> Say:
    """The names of the page's controls, given in English, in a language ("zh_CN"; "" for English)."""
    return words.translation(folder, "page") if folder else str


def lab_states(lab: Lab, say: Say) -> Iterator[State]:
    """The dashboard's states, each when the page is in it."""
    page = lab.page
    lab.press("Help")
    tour = page.get_by_role("dialog", name=say("Tour"))
    yield State("tour", tour)
    while (on := tour.get_by_role("button").last).text_content() != say("Done"):
        on.click()
        yield State("tour", tour, words_alone=True)
    on.click()
    lab.enter("Epochs", "2")
    lab.press("Train")
    yield State("training")
    lab.wait_until_rested()
    yield State("a run", page.locator("[data-area=runs]"))
    lab.draw((0.5, 0.15), (0.5, 0.85))
    page.get_by_text(say("Step by step")).click()
    page.get_by_text(say("The curves as a table")).click()
    lab.enter("Learning rate", "-1")
    page.get_by_role("button", name=say("About {label}").format(label=say("Learning rate"))).first.click()
    yield State("drawn, a setting refused, another explained")
    for name in TABS:
        tab = page.get_by_role("tab", name=say(name), exact=True)
        tab.click()
        expect(page.get_by_role("tabpanel", name=say(name), exact=True)).to_be_visible()
        yield State(f"tab {name}", page.locator("[data-area=explore]"))
    lab.press("Files")
    yield State("menu", page.locator("header"))
    page.keyboard.press("Escape")
    lab.press("Share")
    share = page.get_by_role("dialog", name=say("Share this experiment"))
    expect(share).to_be_visible()
    yield State("shared", share)
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('#copy-dialog').showModal()")
    yield State("copied by hand", page.locator("#copy-dialog"))
    page.keyboard.press("Escape")


def course_states(page: Page, say: Say) -> Iterator[State]:
    """The course's states, each when the page is in it."""
    page.get_by_role("link", name=say("Course")).click()
    area = page.locator("[data-area=course]")
    check = page.get_by_role("status", name=say("Check"))
    for answer in (
        "def neuron(x, w):\n    return np.mean(x * w)\n",
        "def neuron(x, w):\n    return w[9]\n",
        "def neuron(x, w):\n    return 0.5 * x @ w\n",
        "def neuron(x, w):\n    return x @ w\n",
    ):
        area.locator(".cm-content").fill(answer)
        page.get_by_role("button", name=say("Run code")).click()
        expect(check).to_have_text(re.compile(f"^({say('Wrong.')}|{say('Right.')})"), timeout=30_000)
        yield State("an answer checked", area, words_alone=True)
    yield State("an answer checked", area)


def exercises(page: Page, say: Say) -> Iterator[State]:
    """The course's exercises, each with its hints and solution on view."""
    area = page.locator("[data-area=course]")
    chosen = page.get_by_role("combobox", name=say("Exercise"))
    for i, name in enumerate(chosen.locator("option").all_text_contents()):
        chosen.select_option(index=i)
        title = re.sub(r"^\d+\. | ✓$", "", name)
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        for hint in ("A hint", "Another hint", "Another hint", "Show the solution"):
            page.get_by_role("button", name=say(hint), exact=True).click()
        expect(area.get_by_label(say("Solution"), exact=True)).to_be_visible()
        yield State(f"exercise {title}", area, words_alone=True)


def documents(folder: str) -> list[str]:
    """Addresses of all that is read beside the page, in a language."""
    lessons = f"lessons/{words.tag(folder)}/" if folder else "lessons/"
    return [*(f"{lessons}{name}.html" for name in DOCUMENTS), "404.html"]
