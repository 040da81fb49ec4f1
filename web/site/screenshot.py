"""The README's pictures: the dashboard while it trains, with a digit on the pad, light and dark."""

from __future__ import annotations

import math
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from web.site.browsers import FLAGS, find_chromium
from web.site.console import Stage
from web.site.paths import ROOT
from web.site.server import make_server

SIZE = {"width": 1360, "height": 980}
LINK = "#preset=corrected&dataset=mnist&epochs=10"
TRAINING_SECONDS = 40


def take(dist: Path, folder: Path = ROOT / ".github") -> None:
    """Write screenshot-light.png and screenshot-dark.png into `folder`."""
    server = make_server(dist, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        for theme in ("light", "dark"):
            with Stage(f"Taking the {theme} picture"):
                page = browser.new_context(viewport=SIZE, color_scheme=theme).new_page()  # type: ignore[arg-type]
                page.goto(f"http://127.0.0.1:{server.server_address[1]}/{LINK}")
                page.wait_for_selector("body[data-state=ready]", timeout=120_000)
                page.get_by_role("button", name="Train", exact=True).click(timeout=120_000)
                draw_three(page)
                page.wait_for_timeout(TRAINING_SECONDS * 1000)
                page.mouse.move(0, 0)
                page.evaluate("scrollTo(0, 0)")
                page.screenshot(path=folder / f"screenshot-{theme}.png")
        browser.close()
    server.shutdown()


def draw_three(page: Page) -> None:
    """Draw a 3 on the sketch pad: two arcs, as a hand does."""
    pad = page.get_by_label("Sketch pad", exact=True)
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    points = [
        (0.5 + 0.16 * math.cos(math.radians(a)), 0.33 + 0.14 * math.sin(math.radians(a)))
        for a in range(-160, 91, 10)
    ]
    points += [
        (0.5 + 0.19 * math.cos(math.radians(a)), 0.64 + 0.17 * math.sin(math.radians(a)))
        for a in range(-90, 151, 10)
    ]
    for i, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=2)
        if i == 0:
            page.mouse.down()
    page.mouse.up()
