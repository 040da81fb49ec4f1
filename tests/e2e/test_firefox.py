"""The main path in the distribution's own Firefox: start, train, draw, offline, reload."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from tests.bench.line import Line, serve
from tests.e2e.bidi import Firefox
from tests.e2e.conftest import BOOT_SECONDS, QUICK
from web.site.paths import DIST
from web.site.server import make_server

STATUS = "[role=status]"
KEPT = "navigator.serviceWorker.ready.then(({active}) => active.state === 'activated')"


def find_firefox() -> str:
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    return path or pytest.skip("no Firefox is on the PATH, so the main path was not seen in one")


def wait_until_ready(window: Firefox) -> None:
    window.wait_for(
        "the dashboard",
        lambda: window.evaluate("document.body?.dataset.state") not in (None, "loading"),
        3 * BOOT_SECONDS,
    )
    assert window.evaluate("document.body.dataset.state") == "ready", window.text("#failure")
    window.wait_for("Python", lambda: window.evaluate("document.body.dataset.python") == "ready")


def assert_a_stroke_is_read(window: Firefox) -> None:
    window.click("button", "Clear")
    window.wait_for("a clear pad", lambda: "Draw a digit" in window.text(STATUS, "Prediction"))
    window.stroke("canvas", "Sketch pad", [(0.5, 0.15), (0.5, 0.4), (0.5, 0.6), (0.5, 0.85)])
    window.wait_for("an answer", lambda: window.text(STATUS, "Prediction").startswith("1"))


@pytest.mark.parametrize("compresses", [False, True], ids=["plain host", "host that compresses"])
def test_start_train_draw_offline_reload(site_url: str, tmp_path: Path, compresses: bool) -> None:
    path = find_firefox()
    server = serve(DIST, Line()) if compresses else make_server(DIST, 0)  # its own, to be switched off
    if not compresses:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    with Firefox(path, tmp_path) as window:
        window.open(f"http://127.0.0.1:{server.server_address[1]}/{QUICK}")
        wait_until_ready(window)
        window.click("button", "One epoch")
        window.wait_for("an epoch", lambda: "1/10" in window.text(STATUS, "Training progress"), BOOT_SECONDS)
        assert_a_stroke_is_read(window)
        window.wait_for("the copy for offline use", lambda: window.evaluate(KEPT), BOOT_SECONDS)

        server.shutdown()
        server.server_close()
        window.reload()
        wait_until_ready(window)
        assert "1/10" in window.text(STATUS, "Training progress"), "the session did not survive the reload"
        assert_a_stroke_is_read(window)
