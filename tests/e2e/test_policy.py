"""The page keeps to its Content-Security-Policy, wherever it is shown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.e2e.conftest import BOOT_SECONDS, PREFIX, Guard, boot
from web.site.paths import DIST
from web.site.server import make_server

FORBIDDEN = "Content Security Policy|blocked an inline script|policy: script-src"  # as browsers say it
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
FRAME = """<!doctype html><title>a course's page</title>
<iframe src="{url}" sandbox="{allowed}" width="1200" height="800"></iframe>"""


@pytest.fixture
def isolated_url(guard: Guard) -> Iterator[str]:
    """The site on a host that isolates it from other origins."""
    server = make_server(DIST, 0, PREFIX, ISOLATED)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    guard.site_url = f"http://127.0.0.1:{server.server_address[1]}{PREFIX}"
    yield guard.site_url
    server.shutdown()


def refused(page: Page, script: str) -> bool:
    """Whether the policy stops what an injected script would try."""
    return bool(
        page.evaluate(
            """(text) => new Promise((done) => {
              document.addEventListener("securitypolicyviolation", () => done(true), {once: true});
              const script = document.createElement("script");
              script.textContent = text;
              document.head.append(script);
              setTimeout(() => done(false), 2000);
            })""",
            script,
        )
    )


def test_injected_scripts_do_not_run_on_an_isolated_host(
    new_context: Callable[..., BrowserContext], guard: Guard, isolated_url: str
) -> None:
    page = boot(new_context().new_page(), isolated_url)
    assert page.evaluate("crossOriginIsolated")
    guard.expect(FORBIDDEN)
    assert refused(page, "window.harm = true")
    assert page.evaluate("window.harm") is None
    assert refused(page, "fetch('https://elsewhere.test/')")


def test_the_reference_runs_nothing(
    new_context: Callable[..., BrowserContext], guard: Guard, site_url: str
) -> None:
    page = new_context().new_page()
    page.goto(f"{site_url}api/nncore.html")
    expect(page.get_by_role("heading", name="nncore", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="nncore lab", exact=True)).to_have_attribute("href", "../index.html")
    guard.expect(FORBIDDEN)
    assert refused(page, "window.harm = true")
    assert page.evaluate("window.harm") is None


def framed(context: BrowserContext, site_url: str, allowed: str) -> FrameLocator:
    """The site in a sandboxed frame of another page."""
    body = FRAME.format(url=site_url, allowed=allowed)
    context.route("**/course.html", lambda route: route.fulfill(body=body, content_type="text/html"))
    page = context.new_page()
    page.goto(f"{site_url}course.html")
    return page.frame_locator("iframe")


def test_a_frame_that_allows_too_little_is_told_what_it_needs(
    new_context: Callable[..., BrowserContext], guard: Guard, site_url: str
) -> None:
    guard.expect(".")
    frame = framed(new_context(), site_url, "allow-scripts")
    expect(frame.get_by_role("heading", name="The dashboard could not start")).to_be_visible()
    expect(frame.locator("#failure-do")).to_contain_text('sandbox="allow-scripts allow-same-origin"')


def test_works_in_a_sandboxed_frame(new_context: Callable[..., BrowserContext], site_url: str) -> None:
    frame = framed(new_context(), site_url, "allow-scripts allow-same-origin")
    expect(frame.locator("body")).to_have_attribute("data-state", "ready", timeout=BOOT_SECONDS * 1000)
    frame.get_by_role("button", name="Step", exact=True).click()
    expect(frame.get_by_role("status", name="Training progress")).to_contain_text("1/")
