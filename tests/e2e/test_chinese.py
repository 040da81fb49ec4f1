"""The page in another language, chosen by the browser, by a link, or by hand: it stays, and so do its links.

That all of it is in Chinese is for test_every_state.py to see.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import BOOT_SECONDS, QUICK
from tests.e2e.lab import Lab
from tests.e2e.states import language

NewContext = Callable[..., BrowserContext]


def shared_link(lab: Lab) -> str:
    """The address that the panel behind Share makes."""
    lab.press("Share")
    link = lab.page.get_by_label(lab.say("Link"), exact=True)
    expect(link).to_have_value(re.compile("preset="))
    lab.page.keyboard.press("Escape")
    return link.input_value()


def test_a_language_that_was_chosen_stays_and_links_keep_it(new_context: NewContext, site_url: str) -> None:
    context = new_context()
    page = context.new_page()
    page.goto(f"{site_url}{QUICK}&lang=zh-CN")
    page.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    lab = Lab(page, language("zh_CN"))
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("heading", level=1)).to_contain_text("一个在你眼前学习的网络")
    expect(page.get_by_role("link", name="讲义")).to_have_attribute("href", "lessons/zh-CN/index.html")
    assert shared_link(lab).startswith(f"{site_url}#lang=zh-CN&preset=corrected")
    lab.press("One epoch")
    expect(lab.progress).to_contain_text("1/10")
    lab.wait_until_rested()
    lab.enter("Learning rate", "-1")
    expect(page.get_by_role("alert").filter(has_text="学习率：")).to_contain_text("0 到 100 之间的数")
    assert "lang=zh-CN" in page.url

    page.get_by_label("语言").select_option("en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    lab = Lab(page)
    expect(lab.progress).to_contain_text("1/10")
    assert "lang=" not in page.url
    assert shared_link(lab).startswith(f"{site_url}#lang=en&preset=corrected")

    other = context.new_page()
    other.goto(site_url + QUICK)
    expect(other.locator("html")).to_have_attribute("lang", "en")
    other.goto(f"{site_url}lessons/zh-CN/learning-rate.html")
    lesson = other.get_by_role("link", name="学习率 0.1")
    expect(lesson).to_have_attribute("href", re.compile(r"^\.\./\.\./#lang=zh-CN&preset="))
    other.get_by_role("link", name="English").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("What the learning rate does")
