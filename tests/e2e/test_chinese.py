"""The page in another language: chosen by the browser, by a link, or by hand, and whole."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import BOOT_SECONDS, QUICK
from tests.e2e.lab import Lab

NewContext = Callable[..., BrowserContext]

# What is read on the page, by eye or ear, but for code; as far as it is no option of a closed list.
WORDS = """() => {
  const found = new Set();
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.closest("script, style, noscript, code, pre, textarea, .bk-tool-icon")) continue;
      if (node.getRootNode().host?.localName.startsWith("bk-toolbar")) continue;
      for (const name of ["aria-label", "title", "alt"]) found.add(node.getAttribute(name) ?? "");
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) found.add(child.nodeValue.trim());
      }
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document.body);
  return [...found];
}"""
SENTENCE = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}|[a-z]{2,}\. ")
NAMES = re.compile(
    r"Box Zoom|relaxed SIMD|^For: python -m|Pyodide .* Panel|^\d+ · \w+|in_features|kernel_size|"
    r"leaky ReLU|nncore lab|log-softmax|python3? -m"  # names and code
)


def english(page: Page) -> set[str]:
    return {text for text in page.evaluate(WORDS) if SENTENCE.search(text) and not NAMES.search(text)}


def open_in_chinese(context: BrowserContext, address: str) -> Lab:
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    return Lab(page)


def test_a_chinese_browser_gets_a_chinese_page(new_context: NewContext, site_url: str) -> None:
    page = open_in_chinese(new_context(locale="zh-CN"), site_url + QUICK).page
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("heading", level=1)).to_contain_text("一个在你眼前学习的网络")
    page.get_by_role("button", name="单步", exact=True).click()
    expect(page.get_by_role("status", name="训练进度")).to_contain_text("轮次")
    found = english(page)
    page.locator("summary", has_text="所有设置").click()
    page.get_by_role("button", name="关于学习率", exact=True).click()
    page.get_by_label("学习率", exact=True).first.fill("-1")
    page.get_by_label("学习率", exact=True).first.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="学习率：")).to_contain_text("0 到 100 之间的数")
    page.get_by_role("button", name="文件", exact=True).click()
    found |= english(page)
    page.keyboard.press("Escape")
    for tab in page.get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        found |= english(page)
    page.get_by_role("button", name="分享", exact=True).click()
    expect(page.get_by_role("dialog", name="分享这个实验")).to_be_visible()
    found |= english(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="帮助", exact=True).click()
    expect(page.get_by_role("dialog", name="导览")).to_contain_text("第 1 站")
    found |= english(page)
    assert found == set()


def test_the_switch_keeps_the_session_and_a_link_keeps_its_language(
    new_context: NewContext, site_url: str
) -> None:
    context = new_context()
    lab = open_in_chinese(context, f"{site_url}{QUICK}&lang=zh-CN")
    page = lab.page
    page.get_by_role("button", name="一轮", exact=True).click()
    progress = page.get_by_role("status", name="训练进度")
    expect(progress).to_contain_text("1/10")
    expect(page.get_by_role("button", name="暂停", exact=True)).to_be_disabled(timeout=60_000)
    assert "lang=zh-CN" in page.url
    page.get_by_label("语言").select_option("en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    expect(lab.progress).to_contain_text("1/10")
    assert "lang=" not in page.url
    other = context.new_page()
    other.goto(site_url + QUICK)
    expect(other.locator("html")).to_have_attribute("lang", "en")
