"""Faults: Python's worker is killed, hangs or throws while it trains."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import BOOT_SECONDS, Guard, boot
from tests.e2e.faults import NewContext
from tests.e2e.lab import Lab
from tests.e2e.test_python_stops import NOTE_WORKERS
from tests.fault_table import Noted

pytestmark = pytest.mark.faults
LOST_SECONDS = 6  # of training, at most


def epoch(lab: Lab) -> int:
    return int(lab.figures()["epoch"].split("/")[0])


def train_young_run(lab: Lab) -> int:
    """Train on for nine seconds; returns the epoch that must come back."""
    lab.press("Train")
    lab.wait_for(re.compile(r"epoch\s+\d"))
    lab.page.wait_for_timeout(1000 * (9 - LOST_SECONDS))
    safe = epoch(lab)
    lab.page.wait_for_timeout(1000 * LOST_SECONDS)
    return safe


def wait_for_python(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-python", "ready", timeout=BOOT_SECONDS * 1000)


def test_the_worker(new_context: NewContext, guard: Guard, site_url: str, noted: Noted) -> None:
    page = new_context().new_page()
    page.add_init_script(NOTE_WORKERS)
    lab = Lab(boot(page, f"{site_url}#preset=corrected&speed=full&epochs=9000&hidden=16"))
    lab.draw((0.5, 0.2), (0.5, 0.8))
    kept = "settings, drawing, the run to a few seconds before"

    safe = train_young_run(lab)
    start = time.monotonic()
    page.evaluate("workers.at(-1).terminate()")
    expect(page.get_by_text("Python stopped. It is starting again")).to_be_visible(timeout=3_000)
    seconds = time.monotonic() - start
    wait_for_python(page)
    assert epoch(lab) >= safe
    expect(lab.setting("Hidden units")).to_have_value("16")
    expect(page.get_by_role("status", name="Prediction")).to_have_text(re.compile(r"^\s*1"))
    noted("worker killed", seconds, kept, "by itself")

    safe = train_young_run(lab)
    start = time.monotonic()
    page.workers[0].evaluate("() => { setTimeout(() => { for (;;); }); }")
    expect(page.get_by_text("Python does not answer")).to_be_visible(timeout=6_000)
    seconds = time.monotonic() - start
    page.get_by_role("button", name="Start Python again").click()
    expect(page.locator("body")).to_have_attribute("data-python", "starting")
    wait_for_python(page)
    assert epoch(lab) >= safe
    noted("worker hangs", seconds, kept, "Start Python again")

    guard.expect("late fault")
    safe = train_young_run(lab)
    start = time.monotonic()
    page.workers[0].evaluate("() => { setTimeout(() => { throw new Error('late fault'); }); }")
    expect(page.get_by_text(re.compile("which goes on: .*late fault"))).to_be_visible()
    seconds = time.monotonic() - start
    assert epoch(lab) >= safe
    expect(lab.button("Pause")).to_be_enabled()
    noted("worker throws", seconds, "all: it trains on", "nothing to recover")
