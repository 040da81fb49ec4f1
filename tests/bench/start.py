"""`python3 build.py bench start`: how long a visitor waits, stage by stage, and what is loaded."""

from __future__ import annotations

import argparse
import statistics
import threading
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from web.site.browsers import FLAGS, find_chromium
from web.site.bundle import build_site
from web.site.console import Stage, say
from web.site.page import STAGES
from web.site.server import make_server

MARKS = """() => Object.fromEntries(
  [...performance.getEntriesByType("paint"), ...performance.getEntriesByType("mark")]
    .map((entry) => [entry.name, entry.startTime]))"""


def visit(page: Page, url: str) -> dict[str, float]:
    """Milliseconds after navigation of the first paint, the beginning of each stage, and readiness."""
    page.goto(url)
    page.wait_for_selector("body[data-state=ready]", timeout=180_000)
    marks: dict[str, float] = page.evaluate(MARKS)
    return marks


def measure(browser: Browser, url: str, rounds: int) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """First visits with an empty cache, and second visits from what the first one kept."""
    first, second = [], []
    for turn in range(rounds):
        with Stage(f"visit {turn + 1} of {rounds}"), browser.new_context() as context:
            first.append(visit(context.new_page(), url))
            page = context.pages[0]
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            second.append(visit(page, url))
    return first, second


def sizes(dist: Path) -> dict[str, float]:
    """Megabytes of what the first visit loads, by part."""
    found: dict[str, float] = {}
    for path in (dist / "lib").rglob("*"):
        if path.is_file():
            part = path.relative_to(dist / "lib").parts[0].partition("-")[0]
            found[part] = found.get(part, 0) + path.stat().st_size / 1e6
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="build.py bench start")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, help="folder that holds mnist/*.gz")
    options = parser.parse_args(arguments)
    dist = build_site(options.data)
    server = make_server(dist, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        first, second = measure(browser, f"http://127.0.0.1:{server.server_address[1]}/", options.rounds)
        browser.close()
    names = [
        "first-contentful-paint",
        "nncore-drawn",
        *(f"nncore-{name}" for name, _, _ in STAGES),
        "nncore-ready",
    ]
    words = [
        "first paint",
        "page drawn (first visit)",
        *(f"begins: {words}" for _, words, _ in STAGES),
        "ready",
    ]
    say(f"\nMilliseconds after navigation, medians of {options.rounds} visits\n")
    say(f"{'':32s}{'first':>10s}{'second':>10s}")
    for name, text in zip(names, words, strict=True):
        times = [[marks[name] for marks in visits if name in marks] for visits in (first, second)]
        say(
            f"{text:32s}"
            + "".join(f"{statistics.median(found):10.0f}" if found else f"{'-':>10s}" for found in times)
        )
    say("\nMegabytes loaded on the first visit\n")
    found = sizes(dist)
    for part, size in sorted(found.items(), key=lambda item: -item[1]):
        say(f"{part:32s}{size:10.2f}")
    say(f"{'together':32s}{sum(found.values()):10.2f}")
    return 0
