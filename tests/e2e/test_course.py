"""The course: write, be told what is wrong, mend it, come back to it, train the result."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.course import COURSE, DOUBLE
from tests.e2e.conftest import boot
from tests.e2e.lab import Lab
from web.course.answers import Answers
from web.share.course_link import exercises_link


class Lesson:
    """The course on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.code = page.get_by_role("textbox", name=re.compile("^Code"))
        self.check = page.get_by_role("status", name="Check")
        self.chosen = page.get_by_role("combobox", name="Exercise")

    def run(self, text: str) -> None:
        """Write an answer and have it checked."""
        self.code.fill(text)
        self.page.get_by_role("button", name="Run code").click()

    def says(self, pattern: str) -> None:
        """Wait for the checker's word."""
        expect(self.check).to_have_text(re.compile(pattern, re.DOTALL), timeout=30_000)


@pytest.fixture
def lesson(page: Page) -> Lesson:
    page.get_by_role("link", name="Course").click()
    return Lesson(page)


def test_a_wrong_answer_is_explained_mended_and_found_again_after_a_reload(lesson: Lesson) -> None:
    page = lesson.page
    lesson.run("def neuron(x, w):\n    return np.mean(x * w)\n")
    lesson.says("^Wrong.*where the sum belongs")
    # As it is typed: the editor indents after the colon, and adds no quotes to those that are typed.
    lesson.code.click()
    page.keyboard.press("Control+a")
    page.keyboard.type('def neuron(x, w):\n"""The sum."""\nnp.tanh')
    expect(page.locator(".cm-tooltip-autocomplete")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("print(np.sum(x * w))")
    page.keyboard.press("Control+Enter")
    lesson.says("^Wrong.*Line 4: .*return")
    expect(lesson.code).to_have_text(re.compile(r'    """The sum\."""    np\.tanh    print'))
    expect(page.locator(".cm-lint-marker")).to_have_count(1)
    lesson.run("def neuron(x, w):\n    while True:\n        pass\n")
    lesson.says("^Wrong.*never ends")
    lesson.run("def neuron(x, w):\n    print('weighing')\n    return np.sum(x * w)\n")
    lesson.says("^Right")
    expect(page.get_by_text("weighing").first).to_be_visible()
    expect(page.get_by_text("1 of 15 solved")).to_be_visible()
    page.get_by_role("button", name="Next exercise", exact=True).last.click()
    expect(page.get_by_role("heading", name="A layer: many neurons")).to_be_focused()
    expect(lesson.code).to_contain_text("class Linear(Module)")
    lesson.code.fill("# half done")
    page.get_by_role("button", name="A hint").click()  # the text is told when the box is left
    expect(page.get_by_role("log", name="Hints")).to_contain_text("Write down the shapes")
    page.wait_for_function(
        """async () => {
          const open = indexedDB.open("/saved");
          const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
          const get = db.transaction("FILE_DATA").objectStore("FILE_DATA").get("/saved/course.json");
          const file = await new Promise((done) => { get.onsuccess = () => done(get.result); });
          db.close();
          return file && new TextDecoder().decode(file.contents).includes("half done");
        }"""
    )
    boot(page, page.url)
    expect(lesson.code).to_contain_text("# half done")
    expect(lesson.chosen).to_have_value("linear")
    expect(page.get_by_text("1 of 15 solved")).to_be_visible()


def test_the_whole_course_becomes_a_network_that_trains(lesson: Lesson, tmp_path: Path) -> None:
    page, lab = lesson.page, Lab(lesson.page)
    answers = Answers(COURSE)
    for exercise in COURSE.exercises:
        answers.passed(exercise, exercise.solution)
    file = tmp_path / "answers.py"
    file.write_text(answers.to_text(), "utf-8")
    page.get_by_text("Your answers, other exercises").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open answers or exercises").click()
    chooser.value.set_files(file)
    expect(page.get_by_text("15 of 15 solved")).to_be_visible()
    page.get_by_role("button", name="Train it").click()
    expect(page.get_by_role("link", name="Course")).to_be_visible()
    expect(lab.button("Pause")).to_have_attribute("aria-disabled", "false", timeout=60_000)
    lab.wait_for(re.compile(r"accuracy"))
    lab.press("Pause")
    with page.expect_download() as download:
        lab.menu("Save the model (.npz)")
    lab.wait_until_rested()
    before = {name: lab.figures()[name] for name in ("epoch", "step")}
    lab.press("Reset")
    lab.drop("certificate.npz", Path(download.value.path()).read_bytes())
    expect(lesson.check).to_contain_text("has not been run")
    page.get_by_role("button", name="Run code").click()
    lesson.says("^Right")
    assert before.items() <= lab.figures().items(), "the network that was saved is not back"


def test_exercises_in_a_link_run_nothing_before_they_are_trusted(
    new_context: Callable[..., BrowserContext], site_url: str
) -> None:
    page = boot(new_context().new_page(), f"{site_url}#{exercises_link(DOUBLE)}")
    lesson = Lesson(page)
    run = page.get_by_role("button", name="Run code")
    expect(run).to_have_attribute("aria-disabled", "true")
    page.get_by_text("Read it").click()
    expect(page.get_by_label("The exercises' text")).to_contain_text("return double(3)")
    page.get_by_role("button", name="I trust these exercises").click()
    expect(run).to_be_focused()
    lesson.run("def double(x):\n    return x + x\n")
    lesson.says("^Right")


def test_leaving_the_course_leaves_the_experiment_as_it_was(page: Page) -> None:
    lab = Lab(page)
    lab.choose("Preset", "fast-mlp")
    expect(page).to_have_url(re.compile("preset=fast-mlp"))
    page.get_by_role("link", name="Course").click()
    expect(lab.button("Train")).to_be_hidden()
    page.get_by_role("link", name="Back to the lab").click()
    expect(lab.button("Train")).to_be_visible()
    expect(page).to_have_url(re.compile("preset=fast-mlp"))
