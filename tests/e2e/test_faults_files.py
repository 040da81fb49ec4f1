"""Faults: each kind of file that the start needs, damaged in each way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import Guard
from tests.e2e.faults import (
    RELOAD,
    NewContext,
    flipped,
    open_page,
    reload,
    wait_for_the_panel,
    wait_until_ready,
)
from tests.fault_table import Noted

pytestmark = pytest.mark.faults

# Address, what the table calls it, what the panel has to name.
FILES = [
    ("**/page/main.js", "the page's script", "main.js"),
    ("**/components/kit.js", "a component's module", "kit.js"),
    ("**/worker/main.js", "the worker's script", "worker"),
    ("**/worker/files.js", "a module of the worker", "worker"),
    ("**/bokeh.min.js-*", "Bokeh", "bokeh.min.js"),
    ("**/panel.min.js-*", "Panel", "panel.min.js"),
    ("**/pyodide-*.mjs", "Python's loader", "Python's loader"),
    ("**/pyodide.asm.js-*", "Python's script", "Python's script"),
    ("**/pyodide.asm.wasm-*", "Python itself", "Python"),
    ("**/pyodide-lock-*", "the list of packages", "The list of packages"),
    ("**/stdlib-*.bin", "the standard library", "Python's standard library"),
    ("**/numpy-*.bin", "NumPy", "NumPy's archive"),
    ("**/packages-*.bin", "the libraries", "The libraries' archive"),
    ("**/nncore-*.bin", "nncore", "nncore's archive"),
    ("**/lib/web-*.bin", "the dashboard", "The dashboard's archive"),
]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda body: body[: len(body) // 2],
    "one bit flipped": flipped,
    "replaced by HTML": lambda body: b"<!doctype html><title>Log in to this network</title>",
}


def answer(route: Route, damage: str) -> None:
    if damage == "missing":
        route.fulfill(status=404, body="not here")
    elif damage in DAMAGES:
        headers = route.request.headers.items()
        whole = route.fetch(headers={name: value for name, value in headers if not name.startswith("if-")})
        route.fulfill(response=whole, body=DAMAGES[damage](whole.body()))
    else:
        route.continue_()


@pytest.mark.parametrize(("pattern", "file", "named"), FILES, ids=[file for _, file, _ in FILES])
def test_a_file(
    new_context: NewContext, guard: Guard, site_url: str, noted: Noted, pattern: str, file: str, named: str
) -> None:
    """Damaged in one way, loaded again damaged in the next way, at last loaded again whole."""
    guard.expect(".")
    context = new_context()
    damage, found = "missing", {}
    context.route(pattern, lambda route: answer(route, damage))
    page = open_page(context, site_url)
    for following in (*DAMAGES, "none"):
        found[damage] = wait_for_the_panel(page)
        expect(page.locator("#failure")).to_contain_text(named)
        damage = following
        reload(page)
    wait_until_ready(page)
    for damage, seconds in found.items():
        noted(f"{file} {damage}", seconds, "nothing yet", RELOAD)
