"""`python3 build.py bench start`: how long a visitor waits, on a first visit and on a second one.

On the slow line the network is held to 20 Mbit/s and 40 ms, and the page's process to a quarter of the
processor's time. With `--stock` the same dashboard, made the stock way, takes turns with ours.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Page, sync_playwright

from tests.bench.line import Line, SlowProcessor, serve
from tests.bench.stock import make_stock_page
from tests.e2e.lab import Lab
from web.site.browsers import FLAGS, find_chromium
from web.site.bundle import build_site
from web.site.console import Stage, say
from web.site.page import STAGES

# Of each visit another one: a second visit begins with what was drawn in the first.
STROKES = {"1": ((0.5, 0.2), (0.5, 0.8)), "7": ((0.3, 0.2), (0.7, 0.2), (0.45, 0.85))}
NOW = "performance.now()"
# Notes the first frame with Train in it, and the first in which the page says that it is ready: what asks
# from outside waits until the page has a moment to answer, and until the digit is drawn.
NOTE = """(ready) => {
  const note = (name, seen) => {
    const look = () => seen() ? performance.mark(name) : requestAnimationFrame(look);
    requestAnimationFrame(look);
  };
  const isTrain = (node) => node.matches("button") && node.textContent.trim() === "Train";
  const holdsTrain = (root) => [...root.querySelectorAll("*")].some((node) =>
    isTrain(node) || (node.shadowRoot && holdsTrain(node.shadowRoot)));
  note("drawn", () => holdsTrain(document));
  note("ready", () => document.querySelector(ready));
}"""
NOTED = "(name) => performance.getEntriesByName(name)[0].startTime"
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
SNAPSHOT_KEPT = """async () => {
  const cache = await caches.open(`nncore-lab ${new URL("./", location.href).href} data`);
  return (await cache.keys()).some(({url}) => url.includes("data/python-"));
}"""
READY = {"ours": "body[data-state=ready]", "stock": "body:not(.pn-loading)"}
WAIT = 120_000  # ms
# Nothing that moves: without a graphics processor, an animation takes a core.
SCREEN: Any = {"viewport": {"width": 1360, "height": 900}, "reduced_motion": "reduce"}
STAGES_BEGIN = {f"nncore-{name}": f"begins: {words}" for name, words, _ in STAGES}
ROWS = (
    *("first paint", "page drawn", *STAGES_BEGIN.values(), "ready"),
    *("answer on the pad", "first step of training", "MB", "requests"),
)
MARKS = "performance.getEntriesByType('mark').map(({name, startTime}) => [name, startTime / 1000])"
LINES = {"fast": (0.0, 0.0, 1.0), "slow": (20e6, 0.04, 4.0)}  # bits per second, delay, times slower
# What the pages are to reach: row, visit, at most this share of the stock page's time, by line.
WANTED = {"fast": {"first": 1 / 3, "second": 1 / 4}, "slow": {"first": 1 / 2, "second": 1 / 4}}
DRAWN = {"fast": 1.0, "slow": 1.5}  # seconds
Visit = dict[str, float]


def visit(page: Page, url: str, kind: str, line: Line, digit: str) -> Visit:
    """Seconds after navigation of each event; a digit is drawn and Train pressed as soon as possible."""
    bytes_before, requests_before = line.bytes, line.requests
    page.goto(url, wait_until="commit")
    lab, found = Lab(page), {}
    train = lab.button("Train")
    train.wait_for()
    found["page drawn"] = page.evaluate(NOTED, "drawn") / 1000
    found["first paint"] = page.evaluate(PAINT) / 1000
    before = lab.progress.inner_text()
    page.get_by_label("Data", exact=True).select_option("digits")
    lab.draw(*STROKES[digit])
    train.click()
    # Waited for by the browser's own means first: looking for the others takes the page's time.
    page.wait_for_selector(READY[kind], state="attached")
    found["ready"] = page.evaluate(NOTED, "ready") / 1000
    waiting = {
        "answer on the pad": page.get_by_role("status", name="Prediction").locator(
            ".headline", has_text=digit
        ),
        "first step of training": lab.progress.filter(has_text="accuracy", has_not_text=before or None),
    }
    end = time.monotonic() + WAIT / 1000
    while waiting and time.monotonic() < end:
        for name, locator in list(waiting.items()):
            if locator.count():
                found[name] = page.evaluate(NOW) / 1000
                del waiting[name]
        time.sleep(0.02)
    found |= {STAGES_BEGIN[name]: time for name, time in page.evaluate(MARKS) if name in STAGES_BEGIN}
    assert not waiting, f"{kind}: waited in vain for {', '.join(waiting)}"
    found["MB"], found["requests"] = (line.bytes - bytes_before) / 1e6, line.requests - requests_before
    return found


def two_visits(
    context: BrowserContext, url: str, kind: str, line: Line, factor: float
) -> tuple[Visit, Visit]:
    """A first visit, and a second one when all that the first one keeps is kept."""
    context.add_init_script(f"({NOTE})({json.dumps(READY[kind])})")
    page = context.new_page()
    with SlowProcessor(factor):
        first = visit(page, url, kind, line, "1")
    if kind == "ours":
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        while not page.evaluate(SNAPSHOT_KEPT):
            time.sleep(0.1)
    page.close()
    page = context.new_page()
    with SlowProcessor(factor):
        second = visit(page, url, kind, line, "7")
    page.close()
    return first, second


def measure(
    chromium: BrowserType, folders: dict[str, Path], speed: str, rounds: int
) -> dict[tuple[str, str], list[Visit]]:
    """The visits by page and by whether it was the first or the second, in alternating rounds.

    Each pair of visits has a new profile on the disk: a private window keeps less.
    """
    bits, delay, factor = LINES[speed]
    browser: Any = {"executable_path": find_chromium(), "args": list(FLAGS)}
    found: dict[tuple[str, str], list[Visit]] = {}
    for turn in range(rounds):
        for kind, folder in folders.items():
            with (
                Stage(f"{speed} line, round {turn + 1} of {rounds}, {kind}"),
                tempfile.TemporaryDirectory() as profile,
                chromium.launch_persistent_context(profile, **browser, **SCREEN) as context,
            ):
                context.set_default_timeout(WAIT)
                line = Line(bits, delay)
                with serve(folder, line) as server:
                    url = f"http://127.0.0.1:{server.server_address[1]}/"
                    for when, times in zip(
                        ("first", "second"), two_visits(context, url, kind, line, factor), strict=True
                    ):
                        found.setdefault((kind, when), []).append(times)
                    server.shutdown()
    return found


def report(found: dict[tuple[str, str], list[Visit]], speed: str) -> None:
    """A table of medians, and what was wanted of them."""
    columns = [
        (kind, when) for when in ("first", "second") for kind in dict.fromkeys(kind for kind, _ in found)
    ]
    say(f"\nSeconds after navigation on the {speed} line, medians\n")
    say(f"{'':26s}" + "".join(f"{kind + ', ' + when:>16s}" for kind, when in columns))
    for row in ROWS:
        times = [[visit[row] for visit in found[column] if row in visit] for column in columns]
        cells = [f"{statistics.median(values):16.2f}" if values else f"{'-':>16s}" for values in times]
        say(f"{row:26s}" + "".join(cells))
    drawn = statistics.median(visit["page drawn"] for visit in found["ours", "first"])
    against("\npage drawn, first visit, s", drawn, DRAWN[speed])
    for when, wanted in WANTED[speed].items():
        if ("stock", when) not in found:
            continue
        share = statistics.median(
            ours["ready"] / stock["ready"]
            for ours, stock in zip(found["ours", when], found["stock", when], strict=True)
        )
        against(f"ready, {when} visit, of the stock page's time", share, wanted)


def against(name: str, value: float, wanted: float) -> None:
    """Print a figure beside what it should be at most; what is more is marked."""
    say(f"{name:46s}{value:8.2f}   wanted: {wanted:.2f}{'' if value <= wanted else '  !'}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="build.py bench start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--line", choices=LINES, action="append", help="both by default")
    parser.add_argument("--stock", action="store_true", help="beside the same dashboard made the stock way")
    parser.add_argument("--data", type=Path, help="folder that holds mnist/*.gz")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folders = {"ours": build_site(options.data)}
        if options.stock:
            with Stage("Making the stock page"):
                folders["stock"] = Path(temporary) / "stock"
                make_stock_page(folders["stock"])
        with sync_playwright() as playwright:
            for speed in options.line or LINES:
                report(measure(playwright.chromium, folders, speed, options.rounds), speed)
    return 0
