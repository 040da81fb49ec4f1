"""Faults: settings by which a run learns nothing, loses its numbers, or would not fit into the memory."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import Lab
from tests.fault_table import Noted

pytestmark = pytest.mark.faults
SAME = "preset=corrected&speed=full"  # as the shared page was opened


@pytest.fixture
def lab(shared_page: Page) -> Lab:
    return Lab(shared_page)


def choose(lab: Lab, settings: str) -> None:
    """Settings by address, and the run with them at its beginning."""
    lab.page.evaluate("(hash) => { location.hash = hash; }", settings)
    lab.press("Reset")
    lab.wait_for("Press Train")


@pytest.mark.parametrize(
    ("settings", "what", "advice"),
    [
        (f"{SAME}&lr=100&epochs=4", "a learning rate of 100", "Reset with a learning rate of 10 or less"),
        ("preset=notebook&speed=full&epochs=4", "the notebook on the small digits", "Choose Xavier"),
        (f"{SAME}&hidden=32&init=normal&lr=100&epochs=4", "a saturated network", "Choose Xavier"),
        (f"{SAME}&hidden=32&activation=relu&lr=100&epochs=4", "dead units", "with Kaiming weights"),
        (
            f"{SAME}&hidden=32,32,32,32,32&activation=sigmoid&epochs=4",
            "gradients that vanish",
            "Take fewer layers",
        ),
    ],
    ids=lambda value: value if "=" not in value else "",
)
def test_a_run_learns_nothing(lab: Lab, noted: Noted, settings: str, what: str, advice: str) -> None:
    choose(lab, settings)
    told = lab.page.get_by_role("status", name="Diagnosis")
    expect(told).to_be_hidden()
    start = time.monotonic()
    lab.press("Train")
    expect(told).to_contain_text(advice, timeout=60_000)
    seconds = time.monotonic() - start
    lab.wait_until_rested()
    choose(lab, SAME)
    expect(told).to_be_hidden()
    noted(what, seconds, "the run, its curves", advice)


def test_the_numbers_are_lost(lab: Lab, noted: Noted) -> None:
    choose(lab, f"{SAME}&hidden=32&epochs=20")
    lab.press("One epoch")
    lab.wait_for("test")
    lab.wait_until_rested()
    sound = lab.figures()["test"]
    start = time.monotonic()
    lab.enter("Learning rate", "100")
    lab.enter("Weight decay", "1")
    lab.press("Train")
    alert = lab.page.get_by_role("alert").filter(has_text="diverged")
    expect(alert).to_contain_text("stands again as after epoch 1")
    seconds = time.monotonic() - start
    assert lab.figures()["test"] == sound
    expect(lab.setting("Learning rate")).to_have_value("0.1")  # as it was then
    alert.get_by_role("button", name="Go on from there with a learning rate of 0.1").click()
    expect(alert).to_be_hidden()
    lab.wait_for("epoch")
    lab.press("Pause")
    choose(lab, SAME)
    noted("NaN", seconds, "the weights of the last sound epoch", "Go on from there")


def test_a_network_does_not_fit(lab: Lab, noted: Noted) -> None:
    choose(lab, f"{SAME}&hidden=8&optimizer=adam&batch_size=4096")
    lab.press("Step")
    lab.wait_for("1/1")
    start = time.monotonic()
    lab.enter("Hidden units", ", ".join(["4096"] * 5))
    told = lab.page.get_by_role("alert").filter(has_text="in a browser's tab")
    expect(told).to_contain_text(re.compile(r"this network takes about 1\.\d GB to train"))
    seconds = time.monotonic() - start
    lab.press("Step")
    lab.wait_for("2/")
    choose(lab, SAME)
    noted("a network larger than the memory", seconds, "the run as it was", "nothing to recover")
