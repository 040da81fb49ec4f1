"""Two tabs train at the same time: neither loses anything to the other."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, expect

from tests.e2e.conftest import boot
from tests.e2e.lab import Lab


def kept_runs(lab: Lab) -> Locator:
    """The fields with the names of the kept runs."""
    return lab.page.get_by_role("table", name="Runs").get_by_role("textbox")


def test_two_tabs_keep_their_own_session_and_share_the_runs(
    new_context: Callable[..., BrowserContext], site_url: str
) -> None:
    context = new_context()
    widths = (5, 6)
    settings = "speed=full&epochs=1"
    tabs = [Lab(boot(context.new_page(), f"{site_url}#hidden={width}&{settings}")) for width in widths]
    for lab in tabs:
        lab.press("Train")
        lab.wait_until_rested()
        expect(kept_runs(lab)).not_to_have_count(0)
    tabs[0].press("Step")  # with its next saving a tab learns of what others kept
    expect(kept_runs(tabs[0])).to_have_count(2)
    for lab, width in zip(tabs, widths, strict=True):
        lab.page.goto("about:blank")
        boot(lab.page, site_url)
        expect(lab.setting("Hidden units")).to_have_value(str(width))
        expect(kept_runs(lab)).to_have_count(2)
