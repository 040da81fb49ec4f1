"""Every state of the page: axe finds nothing wrong with it, and in Chinese no English sentence is left.

English is looked at in light and Chinese in dark, so each state is seen in both themes and both languages.
"""

from __future__ import annotations

import itertools
import re
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import BOOT_SECONDS, QUICK, Guard
from tests.e2e.lab import Lab
from tests.e2e.states import State, course_states, documents, exercises, lab_states, language
from web.site.check_tools import OutOfReachError, unpack

NewContext = Callable[..., BrowserContext]
EYES = pytest.mark.parametrize(("folder", "theme"), [("", "light"), ("zh_CN", "dark")], ids=["en", "zh"])

# What is read on the page, by eye or ear, but for code.
WORDS = """() => {
  const found = new Set();
  const code = "script, style, noscript, code, pre, textarea, .bk-tool-icon, .cm-editor, [hidden], [lang=en]";
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.closest(code) || node.getRootNode().host?.localName.startsWith("bk-toolbar")) continue;
      for (const name of ["aria-label", "title", "alt"]) found.add(node.getAttribute(name) ?? "");
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) found.add(child.nodeValue.trim());
      }
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document.body);
  return [document.title, ...found];
}"""
# Without `preload`, which reads every style sheet anew each time, for one rule on a phone's orientation.
AXE = "async (node) => (await axe.run(node, {resultTypes: ['violations'], preload: false})).violations"
SENTENCE = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}|[a-z]{2,}\. ")
NAMES = re.compile(  # names and code
    r"Box Zoom|relaxed SIMD|^For: python -m|Pyodide .* Panel|^\d+ · \w+|in_features|kernel_size|"
    r"leaky ReLU|nncore lab|log-softmax|python3? -m|IndexError: index 9 is out of bounds"
)


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core; "" where it cannot be had, which the summary says."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            return (unpack("axe-core", Path(folder), "axe.min.js") / "axe.min.js").read_text("utf-8")
    except OutOfReachError as reason:
        warnings.warn(f"the page was not run through axe: {reason}", stacklevel=1)
        return ""


class Look:
    """Looks at the page as it is, and keeps what is wrong."""

    def __init__(self, page: Page, axe: str, folder: str) -> None:
        self.page, self.axe, self.folder = page, axe, folder
        self.found: list[str] = []

    def __call__(self, state: State) -> None:
        """Look for English sentences, where there should be none, and run through axe."""
        if self.folder:
            self.found += [f"{state.name}: in English: {text}" for text in english(self.page)]
        if state.words_alone or not self.axe:
            return
        if not self.page.evaluate("window.axe"):
            self.page.evaluate(self.axe)
        violations: list[Any] = (state.where or self.page.locator("html")).evaluate(AXE)
        self.found += [
            f"{state.name}: {rule['id']} at {node['target']}: {node['html'][:200]}"
            for rule in violations
            for node in rule["nodes"][:3]
        ]


def english(page: Page) -> set[str]:
    """The English sentences on the page."""
    return {text for text in page.evaluate(WORDS) if SENTENCE.search(text) and not NAMES.search(text)}


def new_page(new_context: NewContext, folder: str, theme: str) -> Page:
    locale = folder.replace("_", "-") or "en-US"
    return new_context(locale=locale, color_scheme=theme).new_page()


@EYES
def test_every_state_is_accessible_and_in_its_language(
    new_context: NewContext, site_url: str, axe: str, folder: str, theme: str
) -> None:
    page, say = new_page(new_context, folder, theme), language(folder)
    look = Look(page, axe, folder)
    page.goto(site_url)
    page.wait_for_selector("body[data-page=drawn]")
    look(State("before Python is there"))
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=BOOT_SECONDS * 1000)
    page.goto(f"{site_url}{QUICK}")
    page.wait_for_selector("body[data-mode=lab]")
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    last = exercises(page, say) if folder else ()
    for state in itertools.chain(lab_states(Lab(page, say), say), course_states(page, say), last):
        look(state)
    for path in documents(folder):
        page.goto(site_url + path)
        look(State(path))
    assert not look.found, "\n".join(dict.fromkeys(look.found))


@EYES
def test_loading_and_failure_are_accessible_and_in_their_language(
    new_context: NewContext, guard: Guard, site_url: str, axe: str, folder: str, theme: str
) -> None:
    guard.expect(".")
    page = new_page(new_context, folder, theme)
    held: list[Route] = []
    answers = {"status": 404, "body": "not here"}  # to the page's second try as well
    page.context.route(
        "**/lib/web-*.bin", lambda route: route.fulfill(**answers) if held else held.append(route)
    )
    look = Look(page, axe, folder)
    with page.expect_request("**/lib/web-*.bin"):
        page.goto(f"{site_url}#preset=fast-mlp")  # which has no first page of its own
    page.wait_for_selector("body[data-state=loading]")
    look(State("loading"))
    held[0].fulfill(**answers)
    page.wait_for_selector("body[data-state=error]", timeout=BOOT_SECONDS * 1000)
    expect(page.locator("#failure h1")).to_be_focused()
    look(State("failure"))
    assert not look.found, "\n".join(look.found)
