"""Python's WebAssembly lies on the site twice: as it is, for a host that compresses it, and packed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.bench.line import Line, serve
from tests.e2e.conftest import Guard, boot
from tests.e2e.faults import flipped
from tests.e2e.test_offline import switch_off, wait_until_kept
from web.site.paths import DIST
from web.site.server import Handler

NewContext = Callable[..., BrowserContext]
KEPT = """async () => {
  const opened = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const requests = await Promise.all(opened.map((cache) => cache.keys()));
  return requests.flat().map(({url}) => url).filter((url) => url.includes(".wasm"));
}"""


def test_a_host_that_compresses_gives_the_plain_one_which_is_kept_too(
    new_context: NewContext, guard: Guard
) -> None:
    with serve(DIST, Line()) as server:
        guard.site_url = f"http://127.0.0.1:{server.server_address[1]}/"
        page = boot(new_context(service_workers="allow").new_page(), guard.site_url)
        wait_until_kept(page)
        asked = {url for url in guard.requests if ".wasm" in url}
        assert {url.endswith(".wasm") for url in asked} == {True}
        assert set(page.evaluate(KEPT)) == asked
        switch_off(server)
        guard.expect("ERR_CONNECTION_REFUSED|Failed to fetch")  # what is only better when fresh
        boot(page, guard.site_url)


@pytest.mark.parametrize("fault", ["another type", "one bit flipped", "missing"])
def test_the_packed_one_stands_in(
    new_context: NewContext, guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    site = shutil.copytree(DIST, tmp_path / "site")
    [plain] = site.glob("lib/pyodide/*.wasm")
    if fault == "another type":
        monkeypatch.setitem(Handler.extensions_map, ".wasm", "application/octet-stream")
    elif fault == "missing":
        plain.unlink()
        guard.expect("404")
    else:
        plain.write_bytes(flipped(plain.read_bytes()))
    with serve(site, Line()) as server:
        guard.site_url = f"http://127.0.0.1:{server.server_address[1]}/"
        page = boot(new_context().new_page(), guard.site_url)
        expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()
        server.shutdown()
    assert any(".wasm-" in url for url in guard.requests)
