"""Two tabs train at the same time: neither loses anything to the other."""

from __future__ import annotations

from collections.abc import Callable

from conftest import boot
from lab import Lab
from playwright.sync_api import BrowserContext, expect


def test_two_tabs_keep_their_own_session_and_share_the_runs(
    new_context: Callable[..., BrowserContext], site_url: str
) -> None:
    context = new_context()
    tabs = [Lab(boot(context.new_page(), f"{site_url}#hidden={width}&epochs=1")) for width in (5, 6)]
    for lab in tabs:
        lab.press("Train")
        lab.wait_until_rested()
        expect(lab.page.get_by_label("Name of Run 1").or_(lab.page.get_by_text("Run 1"))).to_be_visible()
    for lab in tabs:
        lab.page.wait_for_timeout(1500)  # what is kept is stored a fifth of a second after the last change
    for lab, width in zip(tabs, (5, 6), strict=True):
        lab.page.goto("about:blank")
        boot(lab.page, site_url)
        assert lab.page.evaluate("location.hash").find(f"hidden={width}") >= 0, (
            "another tab's session came back"
        )
