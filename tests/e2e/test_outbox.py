"""Changes reach Python complete and in order, however slow it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from web.site.paths import ROOT

SLIDER = "{model: 'slider', attr: 'value', new: %s}"


@pytest.fixture
def blank(chromium: Browser) -> Iterator[Page]:
    """A page with nothing but the outbox; `sent` collects the batches."""
    page = chromium.new_page()
    source = (ROOT / "web" / "page" / "outbox.js").read_text("utf-8")
    page.evaluate(
        """async (source) => {
          const {Outbox} = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
          window.sent = [];
          window.box = new Outbox((batch) => sent.push(batch));
        }""",
        source,
    )
    yield page
    page.close()


def post(page: Page, *changes: str) -> None:
    for change in changes:
        page.evaluate(f"box.post({change})")


def values(page: Page) -> list[list[object]]:
    found: list[list[object]] = page.evaluate("sent.map(batch => batch.map(c => c.new ?? c.event))")
    return found


def test_one_batch_at_a_time_in_order(blank: Page) -> None:
    post(blank, SLIDER % 1, "{event: 'Train'}", "{event: 'Pause'}")
    assert values(blank) == [[1]]
    blank.evaluate("box.acknowledged()")
    assert values(blank) == [[1], ["Train", "Pause"]]
    blank.evaluate("box.acknowledged()")
    assert len(values(blank)) == 2


def test_only_the_last_position_of_a_slider_is_sent(blank: Page) -> None:
    post(blank, *(SLIDER % n for n in range(50)), "{model: 'other', attr: 'value', new: 'o'}", SLIDER % 99)
    blank.evaluate("box.acknowledged()")
    assert values(blank) == [[0], ["o", 99]]


def test_a_click_between_two_changes_sees_the_first(blank: Page) -> None:
    post(blank, "{event: 'first'}", SLIDER % 1, "{event: 'click'}", SLIDER % 2, "{event: 'click'}")
    blank.evaluate("box.acknowledged()")
    assert values(blank)[1] == [1, "click", 2, "click"]
