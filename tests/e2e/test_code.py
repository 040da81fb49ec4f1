"""Writing a part of the network in the page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from nncore.presets import PRESETS
from tests.e2e.conftest import BOOT_SECONDS, boot
from tests.e2e.lab import Lab
from tests.web.test_code import SQUARE, WRONG
from web.share.link import Link, write_link

NOTEBOOK_LIKE = """
import numpy as np
from keras.datasets import mnist
from tqdm import tqdm
(X_train, y_train), (X_test, y_test) = mnist.load_data()
X_train = X_train / 255
W1, W2 = np.random.normal(size=(784, 64)) * 0.05, np.random.normal(size=(64, 10)) * 0.1
for epoch in range(30):
    bar = tqdm(range(len(X_train) // 64), ncols=150)
    for itor in bar:
        X = X_train[itor * 64: itor * 64 + 64].reshape((64, -1))
        y = y_train[itor * 64: itor * 64 + 64]
        H = np.tanh(np.dot(X, W1))
        P = np.exp(np.dot(H, W2))
        P = P / np.sum(P, axis=1).reshape((-1, 1))
        acc = 100. * np.sum(y == np.argmax(P, axis=1)) / 64
        P[np.arange(64), y] -= 1
        D = np.dot(P, W2.transpose()) * (1 - H ** 2)
        W2 = W2 - np.dot(H.transpose(), P) * 0.005
        W1 = W1 - np.dot(X.transpose(), D) * 0.005
        bar.set_description('Train epoch:{} '.format(epoch + 1))
        bar.set_postfix_str('Acc:{:.2f}%'.format(acc))
"""


def editor(page: Page) -> Locator:
    """The open Code tab's textbox."""
    page.get_by_role("tab", name="Code", exact=True).click()
    box = page.get_by_role("textbox", name=re.compile("^Code"))
    expect(box).to_be_visible()
    return box


def write(page: Page, text: str) -> None:
    """Put a text in the box as a paste does, which indents nothing by itself."""
    box = editor(page)
    box.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def verdict(page: Page) -> Locator:
    return page.get_by_role("status", name="Check")


def test_a_layer_is_written_checked_mended_trained_and_found_again(page: Page) -> None:
    lab = Lab(page)
    write(page, WRONG)
    lab.press("Run code")
    expect(verdict(page)).to_have_text(re.compile(r"^Wrong. Square: .*gradient"), timeout=30_000)
    expect(page.get_by_role("row").filter(has_text="input")).not_to_have_count(0)
    write(page, SQUARE)
    page.keyboard.press("Control+Enter")
    expect(verdict(page)).to_have_text(re.compile(r"^Right"), timeout=30_000)
    lab.press("Step")
    lab.wait_for(re.compile(r"step\s*1/"))
    lab.wait_until_saved(
        lambda saved: "Square" in saved.checkpoint.code and saved.checkpoint.trainer_state is not None
    )
    page.reload()
    page.wait_for_selector("body[data-state=ready]", timeout=90_000)
    expect(editor(page)).to_contain_text("class Square")
    lab.wait_for(re.compile(r"step\s*1/"))


def test_an_endless_loop_is_stopped_or_stops_itself(page: Page) -> None:
    lab = Lab(page)
    write(page, "while True:\n    pass\n")
    lab.press("Run code")
    expect(lab.button("Stop code")).to_be_enabled()
    lab.press("Stop code")
    expect(verdict(page)).to_have_text(re.compile("^Wrong. stopped"))
    write(page, "def forever():\n    while True:\n        pass\nforever()\n")
    lab.press("Run code")
    expect(verdict(page)).to_have_text(re.compile("^Wrong. line [23]: .*still running"), timeout=60_000)
    lab.press("Step")
    lab.wait_for(re.compile(r"step\s*1/"))


@pytest.mark.parametrize(
    "busy",
    [
        "def forever():\n    while True:\n        pass\nforever()\n",
        "a = np.ones((210, 210))\nprint(np.einsum('ij,jk,kl->il', a, a, a))\n",
    ],
    ids=["in Python", "in NumPy"],
)
def test_stop_ends_what_python_cannot_leave_and_nothing_is_lost(page: Page, busy: str) -> None:
    lab = Lab(page)
    lab.press("Step")
    lab.wait_for(re.compile(r"step\s*1/"))
    lab.draw((0.5, 0.2), (0.5, 0.8))
    write(page, busy)
    lab.press("Run code")
    expect(lab.button("Stop code")).to_be_enabled()
    lab.press("Stop code")
    # Sooner than the limit of five seconds by which Python would have left the loop by itself.
    expect(page.locator("body")).to_have_attribute("data-python", "starting", timeout=4_000)
    expect(page.get_by_text("Stopped. Python was in the middle of one long call")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-python", "ready", timeout=BOOT_SECONDS * 1000)
    expect(verdict(page)).to_have_text(re.compile("^Wrong. Stopped in the middle"))
    expect(page.get_by_role("textbox", name=re.compile("^Code"))).to_contain_text(busy.splitlines()[0])
    lab.wait_for(re.compile(r"step\s*1/"))
    lab.press("Step")
    lab.wait_for(re.compile(r"step\s*2/"))


def test_code_in_a_link_does_not_run_unasked(page: Page, site_url: str) -> None:
    link = write_link(Link(PRESETS["corrected"].recipe, code='print("this ran")\n'))
    page.goto("about:blank")
    boot(page, f"{site_url}#{link}")
    expect(verdict(page)).to_contain_text("has not been run")
    expect(page.get_by_role("textbox", name=re.compile("^Code"))).to_contain_text("this ran")
    expect(page.get_by_role("log", name="Output")).to_be_hidden()
    Lab(page).press("Run code")
    expect(page.get_by_role("log", name="Output")).to_have_text("this ran")


def test_a_pasted_notebook_trains(page: Page) -> None:
    lab = Lab(page)
    lab.choose("Data", "mnist")
    lab.wait_for("Ready")
    write(page, NOTEBOOK_LIKE)
    lab.press("Run code")
    output = page.get_by_role("log", name="Output")
    expect(output).to_contain_text(re.compile(r"Train epoch:1 \d+/937\s+Acc:[5-9]\d"), timeout=60_000)
    lab.press("Stop code")
    expect(lab.button("Run code")).to_be_enabled()


def test_picture_code_and_reference_lead_to_each_other(page: Page) -> None:
    lab = Lab(page)
    source = page.get_by_role("textbox", name=re.compile("^Source of"))
    page.get_by_role("group", name="Units").get_by_role("button").first.click()
    lab.press("Its layer's code")
    expect(source).to_have_accessible_name("Source of Linear")
    expect(source).to_contain_text("class Linear(Module)")

    page.get_by_role("tab", name="The network", exact=True).click()
    page.get_by_role("button", name="Tanh: read its code").click()
    expect(source).to_have_accessible_name("Source of Tanh")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Tanh: formula and reference").click()
    reference = opened.value
    expect(reference.locator("#Tanh .docstring").first).to_be_visible()
    reference.get_by_role("link", name="Change ReLU in nncore lab").click()
    reference.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    there = reference.get_by_role("textbox", name="Source of ReLU")
    expect(there).to_contain_text("class ReLU(")
    Lab(reference).press("Change it")
    expect(reference.get_by_role("textbox", name=re.compile("^Code"))).to_contain_text("class ReLU(")
