"""Visits start from a snapshot of Python's memory; where it is damaged, the ordinary way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import BOOT_SECONDS, ENGINE, Guard, boot, hold_python
from tests.e2e.lab import Lab

KEPT = """async () => {
  const cache = await caches.open(`nncore-lab ${new URL("./", location.href).href} data`);
  return (await cache.keys()).some(({url}) => url.includes("data/python-"));
}"""
DAMAGE = """async () => {
  const cache = await caches.open(`nncore-lab ${new URL("./", location.href).href} data`);
  const [key] = (await cache.keys()).filter(({url}) => url.includes("data/python-"));
  const bytes = new Uint8Array(await (await cache.match(key)).arrayBuffer());
  bytes[bytes.length >> 1] ^= 1;
  await cache.put(key, new Response(bytes));
}"""
# What a visit must not share with another, and what it must.
RANDOM = "import random, numpy as np; (random.random(), np.random.default_rng().random())"
SEEDED = "import numpy as np; np.random.default_rng(5).random()"


def started_from(page: Page, how: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-start", how)


def run(page: Page, code: str) -> Any:
    return page.workers[0].evaluate(
        "(code) => { const v = pyodide.runPython(code); return v?.toJs?.() ?? v; }", code
    )


def loss_after_one_step(page: Page) -> str:
    lab = Lab(page)
    lab.press("Step")
    lab.wait_for("1/")
    return lab.figures()["loss"]


def draw_while_python_starts(context: BrowserContext, url: str, *stroke: tuple[float, float]) -> Page:
    """A page that was drawn ahead, and drawn on before Python came."""
    page = context.new_page()
    let_python_come = hold_python(page)
    page.goto(url)
    Lab(page).draw(*stroke)
    expect(page.locator("body")).to_have_attribute("data-state", "loading")
    let_python_come()
    return page


def headline(page: Page, digit: str) -> None:
    expect(page.get_by_role("status", name="Prediction").locator(".headline")).to_contain_text(digit)


@pytest.mark.skipif(ENGINE == "webkit", reason="WebKit starts the ordinary way, see web/worker/snapshot.js")
def test_visits_start_from_the_snapshot_and_survive_a_damaged_one(
    new_context: Callable[..., BrowserContext], guard: Guard, site_url: str
) -> None:
    context = new_context()
    page = boot(context.new_page(), site_url)
    started_from(page, "snapshot")
    first = (loss_after_one_step(page), run(page, SEEDED))
    random = run(page, RANDOM)
    page.wait_for_function(KEPT, timeout=60_000)

    page.evaluate("() => { indexedDB.deleteDatabase('/saved'); }")
    page.close()  # which lets go of it
    before = len(guard.requests)
    second = draw_while_python_starts(context, site_url + "#lr=0.2", (0.5, 0.2), (0.5, 0.8))
    started_from(second, "snapshot")
    headline(second, "1")
    assert not any("data/python-" in url for url in guard.requests[before:]), "it was fetched again"
    expect(Lab(second).setting("Learning rate")).to_have_value("0.2")  # the address of this visit
    assert run(second, SEEDED) == first[1]
    assert not set(run(second, RANDOM)) & set(random), "two visits share random numbers"

    Lab(second).wait_until_saved(lambda saved: saved.ink is not None)
    second.close()
    second = draw_while_python_starts(context, site_url, (0.3, 0.2), (0.7, 0.2), (0.45, 0.85))
    headline(second, "7")  # and not the 1 of the visit before

    chinese = boot(new_context().new_page(), site_url + "#lang=zh-CN")
    started_from(chinese, "snapshot")
    expect(chinese.get_by_role("textbox", name="学习率")).to_be_attached()
    chinese.close()

    second.evaluate(DAMAGE)
    third = context.new_page()
    third.goto(site_url)
    expect(third.locator("body")).to_have_attribute("data-state", "ready", timeout=BOOT_SECONDS * 1000)
    started_from(third, "ordinary")
    expect(third.get_by_role("alert")).to_be_hidden()
    assert loss_after_one_step(third) == first[0]
