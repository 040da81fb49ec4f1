"""Faults: what the browser keeps is forbidden, full, damaged, or used by five tabs at once."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import Guard, boot
from tests.e2e.faults import SMALL, NewContext, trained
from tests.e2e.lab import Lab
from tests.e2e.test_tabs import kept_runs
from tests.fault_table import Noted
from web.site.browsers import FLAGS, find_chromium

pytestmark = pytest.mark.faults
NOTHING_KEPT = "This browser keeps nothing for this page"

# Whatever is written fails and its transaction with it, as where there is no room left: no setting of a
# browser makes its room so small.
REFUSE = """() => {
  const {put, add} = IDBObjectStore.prototype;
  self.takeAgain = () => { IDBObjectStore.prototype.put = put; };
  IDBObjectStore.prototype.put = function (value, key) {
    add.call(this, value, key);
    return add.call(this, value, key);
  };
}"""
DAMAGE = """async () => {
  const db = await new Promise((done) => {
    indexedDB.open("/saved").onsuccess = ({target}) => done(target.result);
  });
  const files = db.transaction("FILE_DATA", "readwrite").objectStore("FILE_DATA");
  await new Promise((done) => {
    files.get("/saved/session.npz").onsuccess = ({target}) => {
      const file = target.result;
      file.contents = file.contents.slice(0, 1000);
      files.put(file, "/saved/session.npz").onsuccess = done;
    };
  });
}"""


@pytest.fixture
def forbidding(chromium: Browser, guard: Guard, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser whose settings forbid every site to keep anything."""
    profile = tmp_path / "Default"
    profile.mkdir()
    (profile / "Preferences").write_text(
        json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}})
    )
    context = chromium.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=os.environ.get("NNCORE_CHROMIUM") or find_chromium(),
        args=FLAGS,
        viewport={"width": 1360, "height": 900},
    )
    guard.watch(context)
    yield context
    context.close()


def told_that_nothing_is_kept(page: Page) -> float:
    start = time.monotonic()
    expect(page.get_by_text(NOTHING_KEPT)).to_be_visible()
    return time.monotonic() - start


def test_storage_forbidden(forbidding: BrowserContext, guard: Guard, site_url: str, noted: Noted) -> None:
    guard.expect(".")
    lab = Lab(boot(forbidding.new_page(), site_url))
    lab.press("Step")
    lab.wait_for("1/")
    seconds = told_that_nothing_is_kept(lab.page)
    lab.press("Step")
    lab.wait_for("2/")
    with lab.page.expect_download():
        lab.menu("Save the model (.npz)")
    noted("storage forbidden", seconds, "the run, in the page", "Files > Save")


def test_storage_refuses_more(new_context: NewContext, guard: Guard, site_url: str, noted: Noted) -> None:
    lab = trained(boot(new_context().new_page(), site_url + SMALL))
    guard.expect("ConstraintError")
    [worker] = lab.page.workers
    worker.evaluate(REFUSE)
    lab.press("Step")
    lab.wait_for("2/")
    seconds = told_that_nothing_is_kept(lab.page)
    worker.evaluate("() => takeAgain()")
    lab.press("Step")
    lab.wait_for("3/")
    lab.wait_until_saved(lambda saved: len(saved.past.history) == 3)
    kept = "the run; what was stored before"
    noted("storage refuses to take more", seconds, kept, "saved again once there is room")


def test_stored_session_damaged(new_context: NewContext, site_url: str, noted: Noted) -> None:
    page = boot(new_context().new_page(), site_url + SMALL)
    trained(page)
    page.evaluate(DAMAGE)
    page.goto("about:blank")
    boot(page, site_url)
    start = time.monotonic()
    expect(page.get_by_text("could not be read")).to_be_visible()
    kept = "the file, put aside; the kept runs"
    noted("stored session damaged", time.monotonic() - start, kept, "begins anew")


def test_five_tabs(new_context: NewContext, site_url: str, noted: Noted) -> None:
    context, widths = new_context(), range(3, 8)
    settings = "preset=corrected&speed=full&epochs=20"
    tabs = [Lab(boot(context.new_page(), f"{site_url}#{settings}&hidden={width}")) for width in widths]
    for lab in tabs:
        lab.press("Train")
    for lab in tabs:
        lab.wait_until_rested()
        expect(kept_runs(lab)).not_to_have_count(0)
    for lab in tabs:
        lab.press("Step")  # with its next saving a tab learns of what others kept
        expect(kept_runs(lab)).to_have_count(5)
    for lab, width in zip(tabs, widths, strict=True):
        lab.page.goto("about:blank")
        boot(lab.page, site_url)
        expect(lab.setting("Hidden units")).to_have_value(str(width))
        expect(kept_runs(lab)).to_have_count(5)
    noted("five tabs train at once, each is reloaded", None, "five sessions, five runs", "nothing to recover")
