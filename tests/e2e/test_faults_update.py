"""Faults: the site is updated while a page of it is open."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import BOOT_SECONDS, Guard, boot
from tests.e2e.faults import RELOAD, SMALL, NewContext, reload, trained, wait_until_ready
from tests.e2e.test_offline import switch_off, wait_until_kept
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
    add_service_worker(site, {})


def is_newer(page: Page) -> bool:
    return "lib/newer/" in page.evaluate("nncoreSite.modules")


def stop_python(page: Page) -> None:
    """What makes the page fetch its worker again."""
    page.evaluate("workers.at(-1).terminate()")


def test_a_page_that_is_kept_goes_on_as_it_is(
    new_context: NewContext, guard: Guard, own_copy: OwnCopy, noted: Noted
) -> None:
    site, server, url = own_copy
    guard.site_url = url
    context = new_context(service_workers="allow")
    page = context.new_page()
    page.add_init_script(NOTE_WORKERS)
    lab = trained(boot(page, url + SMALL))
    wait_until_kept(page)
    deploy_newer_version(site)
    other = boot(context.new_page(), url)
    assert is_newer(other)
    other.wait_for_function("async () => (await navigator.serviceWorker.ready).waiting", timeout=60_000)

    stop_python(page)
    expect(page.locator("body")).to_have_attribute("data-python", "starting")
    expect(page.locator("body")).to_have_attribute("data-python", "ready", timeout=BOOT_SECONDS * 1000)
    assert not is_newer(page)
    lab.wait_for("1/")
    lab.press("Step")
    lab.wait_for("2/")

    page.close()
    other.close()
    switch_off(server)
    guard.expect("ERR_CONNECTION_REFUSED|ERR_FAILED|Failed to fetch")
    last = boot(context.new_page(), url)
    assert is_newer(last)
    kept = "the page as it is, the session"
    noted("site updated while a page is open", None, kept, "the newer one at the next visit, offline too")


def test_a_page_that_is_not_kept_says_so(
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
    noted("the same, nothing is kept offline, Python stops", seconds, "the session", RELOAD)
