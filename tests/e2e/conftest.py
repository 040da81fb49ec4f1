"""One Chromium, one server, and pages that tell on themselves.

The built site is served under a sub-path, without special headers. Nothing but that server can be reached,
and a page fails its test on any request elsewhere, console error or uncaught exception, and on whatever its
Content-Security-Policy forbids.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, JSHandle, Page, Route, expect, sync_playwright

from web.site.browsers import FLAGS, find_chromium
from web.site.bundle import build_site
from web.site.paths import DIST
from web.site.server import Server, make_server

PREFIX = "/some-repo/"
BOOT_SECONDS = 90  # a busy two-core machine needs a tenth of it
QUICK = "#preset=corrected&speed=full"  # the small digits, and no waiting to watch them learn
NewPage = Callable[..., Page]

# Another of Playwright's browsers, firefox or webkit, runs all but what speaks Chromium's own protocol.
ENGINE = os.environ.get("NNCORE_ENGINE", "chromium")
chromium_only = pytest.mark.skipif(ENGINE != "chromium", reason=f"{ENGINE} has no Chromium DevTools protocol")

# For a test that compares times within its own run: another program, busy at the wrong moment, fails it.
# No other test may be run again.
compares_times = pytest.mark.flaky(reruns=1)

expect.set_options(timeout=15_000)


def _wait_for_function(page: Page, expression: str, *, arg: Any = None, timeout: float = 30_000) -> JSHandle:
    """As Playwright's own, which evaluates text inside the page: the page's policy forbids that."""
    end = time.monotonic() + timeout / 1000
    while not (handle := page.evaluate_handle(expression, arg)).evaluate("value => Boolean(value)"):
        assert time.monotonic() < end, f"waited {timeout / 1000:.0f} s in vain for {expression}"
        page.wait_for_timeout(50)
    return handle


Page.wait_for_function = _wait_for_function  # type: ignore[method-assign, assignment]


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
    """The address of the built site, ending in a slash; built first where dist/ is missing."""
    if not (DIST / "index.html").exists():
        build_site()
    server = make_server(DIST, 0, PREFIX)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}{PREFIX}"
    server.shutdown()


@pytest.fixture
def own_copy(tmp_path: Path, site_url: str) -> Iterator[tuple[Path, Server, str]]:
    """A copy of the site with a server of its own, to be changed and switched off."""
    copy = shutil.copytree(DIST, tmp_path / "site")
    server = make_server(copy, 0, PREFIX)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield copy, server, f"http://127.0.0.1:{server.server_address[1]}{PREFIX}"
    server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; it can resolve no host but the test server's."""
    with sync_playwright() as playwright:
        if ENGINE == "chromium":
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("NNCORE_CHROMIUM") or find_chromium(),
                args=[*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
            )
        else:
            browser = getattr(playwright, ENGINE).launch()
        yield browser
        browser.close()


# Whatever a browser thinks of logging them.
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => console.error(
  `policy: ${event.violatedDirective} forbids ${event.blockedURI} in ${event.sourceFile}`))"""


@dataclass
class Guard:
    """What went wrong in one browser context; `expected` patterns are let pass."""

    site_url: str
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self._request(request.url))
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("weberror", lambda error: self._problem("uncaught", str(error.error)))
        context.add_init_script(TELL_VIOLATIONS)

    def expect(self, pattern: str) -> None:
        """Let problems that match this regular expression pass."""
        self.expected.append(pattern)

    def foreign_requests(self) -> list[str]:
        local = (self.site_url, "blob:", "data:", "about:")
        return [url for url in self.requests if not url.startswith(local)]

    def check(self) -> None:
        found = [p for p in self.problems if not any(re.search(pattern, p) for pattern in self.expected)]
        assert not found, "the page reported:\n" + "\n".join(found)
        assert not self.foreign_requests(), f"requests left the site: {self.foreign_requests()}"

    def _request(self, url: str) -> None:
        self.requests.append(url)

    def _console(self, kind: str, text: str) -> None:
        if kind == "error":
            self._problem("console", text)

    def _problem(self, kind: str, text: str) -> None:
        self.problems.append(f"{kind}: {text}")


@pytest.fixture
def guard(site_url: str) -> Iterator[Guard]:
    """The watch over this test's own contexts; checked when the test ends."""
    watch = Guard(site_url)
    yield watch
    watch.check()


@pytest.fixture
def new_context(chromium: Browser, guard: Guard) -> Iterator[Callable[..., BrowserContext]]:
    """Make a fresh, watched browser context (Playwright's options as keywords)."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        # Keeping the site for offline use has its own test; elsewhere it would only cost time.
        defaults = {"viewport": {"width": 1360, "height": 900}, "service_workers": "block"}
        context = chromium.new_context(**{**defaults, **options})
        guard.watch(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], site_url: str) -> Page:
    """A fresh desktop page with the dashboard up."""
    return boot(new_context().new_page(), site_url + QUICK)


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext], site_url: str) -> Page:
    """A fresh phone-sized page with touch and the dashboard up."""
    mobile = {} if ENGINE == "firefox" else {"is_mobile": True}
    context = new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=3, has_touch=True, **mobile
    )
    return boot(context.new_page(), site_url + QUICK)


@pytest.fixture(scope="session")
def shared_page(chromium: Browser, site_url: str) -> Iterator[Page]:
    """One desktop page for all tests that put back what they change: it saves a start each."""
    watch = Guard(site_url)
    context = chromium.new_context(viewport={"width": 1360, "height": 900}, service_workers="block")
    watch.watch(context)
    yield boot(context.new_page(), site_url + QUICK)
    watch.check()
    context.close()


def boot(page: Page, url: str) -> Page:
    """Open `url` and wait until the dashboard is up; fail with what the page says where it is not."""
    page.goto(url)
    page.wait_for_selector("body:not([data-state=loading])", state="attached", timeout=BOOT_SECONDS * 1000)
    state = page.get_attribute("body", "data-state")
    assert state == "ready", f"the page says: {page.text_content('#failure')}"
    return page


def hold_python(page: Page) -> Callable[[], None]:
    """Keep Python from starting in a page yet to be opened; returns what lets it come and waits for it."""
    numpy = "**/lib/numpy-*"
    held: list[Route] = []
    page.route(numpy, lambda route: held.append(route))

    def let_python_come() -> None:
        while held:
            held.pop().continue_()
        page.unroute(numpy)
        expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=BOOT_SECONDS * 1000)

    return let_python_come
