"""Comparing, saving, sharing: what stays of a run."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from nncore import checkpoint
from tests.e2e.conftest import BOOT_SECONDS, boot
from tests.e2e.lab import Lab, enter


@pytest.fixture
def lab(page: Page) -> Lab:
    return Lab(page)


def run_epochs(lab: Lab, epochs: int) -> None:
    lab.enter("Epochs", str(epochs))
    lab.press("Train")
    lab.wait_for(re.compile(rf"epoch\s+{epochs}/{epochs}"))
    lab.wait_until_rested()


def test_runs_are_compared_renamed_restored_and_deleted(lab: Lab, tmp_path: Path) -> None:
    run_epochs(lab, 2)
    lab.enter("Hidden units", "16")
    lab.press("Train")
    rows = lab.page.get_by_role("table", name="Runs").get_by_role("row")
    expect(rows).to_have_count(3)
    lab.wait_until_rested()
    expect(rows.nth(1)).to_contain_text("MLP · 1024")
    expect(rows.nth(2)).to_contain_text("MLP · 16")

    name = rows.nth(1).get_by_label("Name of Run 1")
    enter(name, "wide")
    expect(lab.page.get_by_role("button", name="Delete wide")).to_be_visible()
    with lab.page.expect_download() as download:
        lab.press("Save as CSV")
    text = Path(download.value.path()).read_text()
    assert text.startswith("run,set,epoch,loss,accuracy")
    assert sum(line.startswith("wide,test") for line in text.splitlines()) == 2

    rows.nth(1).get_by_role("button", name="Restore wide").click()
    expect(lab.setting("Hidden units")).to_have_value("1024")
    lab.page.get_by_role("button", name="Delete wide").click()
    expect(rows).to_have_count(2)


def test_a_saved_model_is_read_by_nncore_and_by_the_page(lab: Lab, tmp_path: Path) -> None:
    run_epochs(lab, 3)
    with lab.page.expect_download() as download:
        lab.menu("Save the model (.npz)")
    file = tmp_path / "model.npz"
    download.value.save_as(file)
    accuracy = lab.figures()["test"]
    done = subprocess.run(
        [sys.executable, "-m", "nncore", "evaluate", str(file)], capture_output=True, text=True, check=True
    )
    assert accuracy.rstrip("%") in done.stdout.replace(" ", "") or accuracy[:4] in done.stdout
    lab.press("Reset")
    with lab.page.expect_file_chooser() as chooser:
        lab.menu("Load a model (.npz) …")
    chooser.value.set_files(file)
    lab.wait_for(re.compile(r"epoch\s+3/3"))
    assert checkpoint.load(file).recipe.epochs == 3


def test_the_exported_script_names_the_settings(lab: Lab, tmp_path: Path) -> None:
    lab.enter("Hidden units", "24, 12")
    expect(lab.page).to_have_url(re.compile("hidden=24,12"))
    with lab.page.expect_download() as download:
        lab.menu("Export as a Python script")
    assert "hidden=(24, 12)" in Path(download.value.path()).read_text()


def test_a_link_opens_the_same_experiment_and_hides_what_a_lesson_hides(
    new_context: Callable[..., BrowserContext], site_url: str
) -> None:
    page = boot(new_context().new_page(), site_url + "#preset=fast-mlp&lr=0.03&hide=runs,augmentation,seed")
    lab = Lab(page)
    expect(lab.page.get_by_label("Preset", exact=True)).to_have_value("")
    expect(lab.setting("Learning rate")).to_have_value("0.03")
    expect(lab.setting("Optimiser")).to_have_value("adam")
    expect(page.locator("body")).to_have_attribute("data-start", "snapshot")
    expect(page.get_by_role("heading", name="Runs")).to_have_count(0)
    expect(page.get_by_text("Augmentation", exact=True)).to_have_count(0)
    page.evaluate("location.hash = 'preset=notebook'")
    expect(lab.setting("Optimiser")).to_have_value("notebook")


def test_the_session_survives_a_reload(lab: Lab) -> None:
    lab.enter("Hidden units", "16")
    run_epochs(lab, 2)
    before = lab.figures()
    lab.wait_until_saved(lambda saved: len(saved.past.history.tests) == 2 and len(saved.runs) == 1)
    expect(lab.page).to_have_url(re.compile("hidden=16"))
    lab.page.goto("about:blank")
    lab.page.go_back()
    lab.page.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    lab.wait_for(re.compile(r"epoch\s+2/2"))
    after = lab.figures()
    assert (after["loss"], after["test"]) == (before["loss"], before["test"])
    expect(lab.setting("Hidden units")).to_have_value("16")
    expect(lab.page.get_by_role("table", name="Runs").get_by_role("row")).to_have_count(2)
    expect(lab.button("Play")).to_be_enabled()  # the run can be gone through again
    lab.page.get_by_role("slider", name="Replay").press("Home")
    expect(lab.page.get_by_text("before training")).to_be_visible()


def test_own_data_are_taken_and_kept_or_refused_in_words(lab: Lab, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    good, bad = tmp_path / "shapes.npz", tmp_path / "notes.npz"
    np.savez(good, images=rng.integers(0, 256, (60, 12, 12), dtype=np.uint8), labels=np.arange(60) % 3)
    bad.write_bytes(b"these are not arrays")
    with lab.page.expect_file_chooser() as chooser:
        lab.menu("Use your own data …")
    chooser.value.set_files(bad)
    expect(lab.page.get_by_text("not a readable .npz")).to_be_visible()
    lab.drop(good.name, good.read_bytes())
    expect(lab.page.get_by_label("Data", exact=True)).to_have_value("own")
    lab.press("One epoch")
    lab.wait_for(re.compile(r"test\s+\d"))
    lab.wait_until_rested()
    before = lab.figures()
    lab.wait_until_saved(lambda saved: len(saved.past.history.tests) == 1)
    lab.page.reload()
    lab.page.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    expect(lab.page.get_by_label("Data", exact=True)).to_have_value("own")
    assert lab.figures()["test"] == before["test"]
