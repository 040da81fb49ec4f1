"""Faults: what visitors bring: hostile files and links, and a storm of clicks and keys."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import boot
from tests.e2e.faults import NewContext, wait_until_ready
from tests.e2e.lab import Lab
from tests.fault_table import Noted

pytestmark = pytest.mark.faults
CORPUS = Path(__file__).parents[1] / "unit" / "corpus"


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_a_hostile_file(shared_page: Page, noted: Noted, path: Path) -> None:
    lab = Lab(shared_page)
    start = time.monotonic()
    with shared_page.expect_file_chooser() as chooser:
        lab.menu("Load a model (.npz) …" if path.name.startswith("model") else "Use your own data …")
    chooser.value.set_files(path)
    told = shared_page.locator(".notice[data-kind=error]").or_(shared_page.get_by_text("does not fit"))
    expect(told.last).to_be_visible()
    seconds = time.monotonic() - start
    lab.press("Step")
    lab.wait_for("/")
    dismiss = shared_page.get_by_role("button", name="Dismiss")
    while dismiss.count():
        dismiss.first.click()
    noted(f"file: {path.stem}", seconds, "the present run", "nothing to recover")


LINKS = (
    "lr=nan&epochs=-1&hidden=99999999",
    "hide=bar,tour,train,pad,curves,settings,runs,explore",
    "preset=<script>alert(1)</script>",
    "dataset=own&seed=" + "9" * 400,
    "%00%ff%fe=%80",
)


@pytest.mark.parametrize("link", LINKS)
def test_a_hostile_link(new_context: NewContext, site_url: str, noted: Noted, link: str) -> None:
    start = time.monotonic()
    page = boot(new_context().new_page(), f"{site_url}#{link}")
    told = page.locator(".notice").count()
    seconds = time.monotonic() - start if told else None
    if "train" in link:
        expect(page.get_by_role("figure", name="The network", exact=True)).to_be_visible()
    else:
        Lab(page).press("Step")
        Lab(page).wait_for("1/")
    noted(f"link: {link[:40]}", seconds, "the defaults", "nothing to recover")


def test_two_thousand_random_events(page: Page, noted: Noted) -> None:
    chance = random.Random(0)
    # What it finds in the page counts, not where its links lead: an answer without content leaves it open.
    page.route(re.compile(r"/api/|/lessons/|\.txt|^https:"), lambda route: route.fulfill(status=204))
    keys = ["Tab", "Enter", "Space", "ArrowDown", "ArrowRight", "Escape", "5", "Backspace"]
    for _ in range(2000):
        kind = chance.random()
        if kind < 0.4:
            page.keyboard.press(chance.choice(keys))
        elif kind < 0.5:
            page.mouse.wheel(0, chance.randrange(-700, 900))
        else:
            page.mouse.click(chance.randrange(1360), chance.randrange(60, 900))
    page.keyboard.press("Escape")
    page.reload()
    wait_until_ready(page)
    lab = Lab(page)
    lab.press("Step")
    lab.wait_for("/")
    noted("2,000 random clicks and keys", None, "the page, and what was stored", "nothing to recover")
