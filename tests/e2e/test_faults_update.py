"""Faults: the site is updated while a page of it is open."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Guard, boot
from tests.e2e.faults import RELOAD, SMALL, NewContext, reload, trained, wait_until_ready
from tests.e2e.test_python_stops import NOTE_WORKERS
from tests.fault_table import Noted
from web.site.archive import integrity
from web.site.csp import INLINE
from web.site.page import add_service_worker
from web.site.server import Server

pytestmark = pytest.mark.faults
OwnCopy = tuple[Path, Server, str]


def deploy_newer_version(site: Path) -> None:
    """Put another version in the site's place: nothing of lib/ is where it was."""
    (site / "lib").rename(site / "newer")
    (site / "lib").mkdir()
    (site / "newer").rename(site / "lib" / "newer")
    page = site / "index.html"
    old = page.read_text("utf-8")
    new = re.sub(r'(?<=")(\./)?lib/', r"\1lib/newer/", old)
    for before, after in zip(INLINE.findall(old), INLINE.findall(new), strict=True):
        new = new.replace(integrity(before.encode()), integrity(after.encode()))
    page.write_text(new, "utf-8")
    add_service_worker(site)


def is_newer(page: Page) -> bool:
    return "lib/newer/" in page.evaluate("nncoreSite.modules")


def stop_python(page: Page) -> None:
    """What makes the page fetch its worker again."""
    page.evaluate("workers.at(-1).terminate()")


def test_an_open_page_says_so_when_it_needs_what_is_gone(
    new_context: NewContext, guard: Guard, own_copy: OwnCopy, noted: Noted
) -> None:
    site, _, url = own_copy
    guard.site_url = url
    guard.expect("404")
    page = new_context().new_page()
    page.add_init_script(NOTE_WORKERS)
    lab = trained(boot(page, url + SMALL))
    deploy_newer_version(site)
    start = time.monotonic()
    stop_python(page)
    expect(page.get_by_role("heading", name="Python stopped")).to_be_visible()
    seconds = time.monotonic() - start
    expect(page.get_by_role("region", name="Train")).to_be_visible()
    reload(page)
    wait_until_ready(page)
    assert is_newer(page)
    lab.wait_for("1/")
    noted("site updated while a page is open, Python stops", seconds, "the session", RELOAD)
