"""After the first visit the site works without a network, and an update shows at the next visit with one."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import PREFIX, Guard, boot
from playwright.sync_api import BrowserContext, Page, expect

from web.site.paths import DIST
from web.site.server import Server, make_server


@pytest.fixture
def own_copy(tmp_path: Path, site_url: str) -> Iterator[tuple[Path, Server, str]]:
    """A copy of the site with a server of its own, to be changed and switched off."""
    copy = shutil.copytree(DIST, tmp_path / "site")
    server = make_server(copy, 0, PREFIX)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield copy, server, f"http://127.0.0.1:{server.server_address[1]}{PREFIX}"
    server.shutdown()


def wait_until_kept(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def test_works_offline_and_shows_updates(
    new_context: Callable[..., BrowserContext], guard: Guard, own_copy: tuple[Path, Server, str]
) -> None:
    copy, server, url = own_copy
    guard.site_url = url
    page = boot(new_context(service_workers="allow").new_page(), url)
    wait_until_kept(page)

    shell = copy / "index.html"
    newer = shell.read_text("utf-8").replace("<title>nncore lab", "<title>newer nncore lab")
    shell.write_text(newer, "utf-8")
    boot(page, url)
    expect(page).to_have_title("newer nncore lab")

    server.shutdown()
    server.server_close()
    guard.expect("ERR_CONNECTION_REFUSED|Failed to fetch")  # what is only better when fresh
    boot(page, url)
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
