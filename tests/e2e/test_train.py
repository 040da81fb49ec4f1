"""Training in the page, as a visitor sees it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import Lab

SECOND_EPOCH = 24  # steps on the small digits: an epoch has 23

# Presses a button and measures, inside the page, how long it takes until another one can be pressed.
LATENCY = """async ([pressed, awaited]) => {
  const buttons = {};
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.tagName === "BUTTON") buttons[node.textContent] = node;
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document);
  const start = performance.now();
  buttons[pressed].click();
  while (buttons[awaited].ariaDisabled === "true") await new Promise((turn) => setTimeout(turn, 1));
  return performance.now() - start;
}"""


@pytest.fixture
def lab(page: Page) -> Lab:
    return Lab(page)


def test_training_learns_the_embedded_digits(lab: Lab) -> None:
    expect(lab.progress).to_contain_text("1,437 digits")
    for figure in ("loss over epochs", "accuracy over epochs"):
        expect(lab.page.get_by_role("figure", name=figure)).to_be_visible()
    lab.press("Step")
    lab.wait_for(re.compile(r"step\s+1/23"))
    first = float(lab.figures()["loss"])
    lab.press("Train")
    lab.wait_for(re.compile(r"epoch\s+10/10"))
    lab.wait_until_rested()
    figures = lab.figures()
    assert float(figures["loss"]) < first / 4
    assert float(figures["test"].rstrip("%")) > 90
    expect(lab.page.get_by_role("row", name=re.compile("Run 1"))).to_contain_text("MLP · 1024")


def test_pause_freezes_and_train_goes_on(lab: Lab) -> None:
    lab.enter("Epochs", "200")
    lab.press("Train")
    lab.train_until(SECOND_EPOCH)
    lab.press("Pause")
    lab.wait_until_rested()
    frozen = lab.progress.inner_text()
    lab.press("Step")
    expect(lab.progress).not_to_have_text(frozen)
    lab.wait_until_rested()
    before = lab.figures()
    lab.press("Step")
    expect(lab.progress).not_to_contain_text(re.compile(rf"step\s+{before['step']}\D"))
    lab.wait_until_rested()
    assert lab.figures()["epoch"] == before["epoch"] or lab.step() == 1
    lab.press("Reset")
    expect(lab.progress).to_contain_text("Press Train")


def test_a_page_that_trains_answers_as_one_that_rests(lab: Lab) -> None:
    lab.enter("Epochs", "500")
    lab.press("Train")
    lab.train_until(SECOND_EPOCH)
    resting, training = [], []
    for _ in range(5):
        training.append(lab.page.evaluate(LATENCY, ["Pause", "Train"]))
        resting.append(lab.page.evaluate(LATENCY, ["Train", "Pause"]))
    lab.press("Pause")
    # Some five times; a queue of messages, or all that is drawn at a pause, would take far longer.
    assert min(training) < 20 * min(resting), f"pausing took {training} ms, starting {resting} ms"


def test_one_seed_gives_the_same_losses_twice(lab: Lab) -> None:
    seen = []
    for _ in range(2):
        lab.press("One epoch")
        lab.wait_for(re.compile(r"test\s+\d"))
        lab.wait_until_rested()
        seen.append(lab.figures()["loss"])
        lab.press("Reset")
        expect(lab.progress).to_contain_text("Press Train")
    assert seen[0] == seen[1]


def test_learning_rate_changes_while_it_trains(lab: Lab) -> None:
    lab.enter("Epochs", "300")
    lab.press("Train")
    lab.train_until(SECOND_EPOCH)
    lab.enter("Learning rate", "0.01")
    expect(lab.page).to_have_url(re.compile("lr=0.01"))
    expect(lab.button("Pause")).to_be_enabled()
    assert int(lab.figures()["epoch"].split("/")[0]) >= 2
    lab.press("Pause")


def test_divergence_is_explained_where_one_looks(lab: Lab) -> None:
    lab.enter("Learning rate", "100")
    lab.enter("Weight decay", "1")
    lab.press("Train")
    alert = lab.page.get_by_role("alert").filter(has_text="diverged")
    expect(alert).to_contain_text("Lower the learning rate")
    lab.press("Reset")
    expect(alert).to_be_hidden()


def test_a_wrong_value_is_explained_at_its_control(lab: Lab) -> None:
    lab.enter("Dropout", "2")
    alert = lab.page.get_by_role("alert").filter(has_text=re.compile("^Dropout: "))
    expect(alert).to_contain_text("from 0 to 0.9")
    expect(lab.setting("Dropout")).to_have_attribute("aria-invalid", "true")
    lab.enter("Dropout", "0.5")
    expect(alert).to_be_hidden()


def test_drawing_is_answered_while_it_trains(lab: Lab) -> None:
    lab.enter("Epochs", "300")
    lab.press("Train")
    lab.draw((0.5, 0.2), (0.5, 0.8))
    expect(lab.page.get_by_role("status", name="Prediction")).to_have_text(re.compile(r"^\s*1"))
    expect(lab.button("Pause")).to_be_enabled()
    lab.press("Pause")


def test_mnist_streams_in_and_is_learnt(lab: Lab) -> None:
    if not lab.page.locator("option[value=mnist]").count():
        pytest.skip("this site was built without MNIST; build it with --data or NNCORE_DATA")
    lab.enter("Hidden units", "64")
    lab.choose("Data", "mnist")
    expect(lab.progress).to_contain_text("60,000 digits", timeout=30_000)
    lab.press("Train")
    lab.train_until(200)
    assert float(lab.figures()["accuracy"].rstrip("%")) > 80
    lab.press("Pause")
