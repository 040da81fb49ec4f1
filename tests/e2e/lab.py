"""What a visitor does with the dashboard, in the words of a test."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from nncore.settings import SETTINGS
from web.session.snapshot import Snapshot, load

NAMES = {setting.label: name for name, setting in SETTINGS.items()}

# The session in the browser's storage, as [time of saving, bytes], once it is later than a moment.
SAVED_AFTER = """async (moment) => {
  const db = await new Promise((done) => {
    const request = indexedDB.open("/saved");
    request.onsuccess = () => done(request.result);
  });
  const file = await new Promise((done) => {
    const request = db.transaction("FILE_DATA").objectStore("FILE_DATA").get("/saved/session.npz");
    request.onsuccess = () => done(request.result);
  });
  db.close();
  const saved = file ? file.timestamp.getTime() : 0;
  return saved > moment && [saved, Array.from(new Uint8Array(file.contents))];
}"""

# Drops a file on the page as if it were dragged there from the desktop.
DROP = """([name, bytes]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
  document.body.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
}"""


def enter(field: Locator, text: str) -> None:
    """Type a value in place of a field's, key by key: not every driver's `fill` counts as a visitor's."""
    field.select_text()
    field.press_sequentially(text)
    field.press("Enter")


class Lab:
    """The dashboard on a page."""

    def __init__(self, page: Page, say: Callable[[str], str] = str) -> None:
        """`say` puts the names of controls, which are given in English, into the page's language."""
        self.page, self.say = page, say
        self.progress = page.get_by_role("status", name=say("Training progress"))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=self.say(name), exact=True)

    def press(self, name: str) -> None:
        self.button(name).click()

    def setting(self, label: str) -> Locator:
        """The control of a setting; all settings are unfolded for it."""
        rest = self.page.locator("details.all")
        if rest.count() and not rest.evaluate("rest => rest.open"):
            rest.locator("summary", has_text=self.say("All settings")).click()
        return self.page.locator(f"#setting-{NAMES[label]}")  # its words may stand elsewhere too

    def enter(self, label: str, text: str) -> None:
        """Type a value into a setting and leave it."""
        enter(self.setting(label), text)
        self.setting(label).blur()

    def figures(self) -> dict[str, str]:
        """The figures of the progress line by name."""
        read = """pairs => pairs.map(({firstChild: name, textContent: whole}) =>
            [name.textContent, whole.slice(name.textContent.length).trim()])"""
        return dict(self.progress.locator("dl > div").evaluate_all(read))

    def step(self) -> int:
        """Batches so far within the epoch."""
        return int(self.figures()["step"].split("/")[0])

    def steps(self) -> int | None:
        """Batches so far since the run began; None while it tests, when the line does not say."""
        figures = self.figures()
        if "step" not in figures:
            return None
        (epoch, _), (step, per_epoch) = (figures[name].split("/") for name in ("epoch", "step"))
        return (int(epoch) - 1) * int(per_epoch) + int(step)

    def train_until(self, steps: int) -> None:
        """Wait until a run under way has made so many steps: a fast machine passes any one figure unseen."""
        self.wait_for("epoch")
        while (self.steps() or 0) < steps:
            self.page.wait_for_timeout(50)

    def wait_until_rested(self) -> None:
        """Wait for training to rest: Train can be pressed again."""
        expect(self.button("Pause")).to_be_disabled(timeout=60_000)

    def wait_for(self, text: str | re.Pattern[str]) -> None:
        """Wait for a figure in the progress line."""
        expect(self.progress).to_contain_text(text, timeout=60_000)

    def wait_until_saved(self, complete: Callable[[Snapshot], bool]) -> None:
        """Wait until the browser has stored a session that satisfies `complete`."""
        moment, content = 0, []
        while not content or not complete(load(bytes(content))):
            moment, content = self.page.wait_for_function(SAVED_AFTER, arg=moment).json_value()

    def choose(self, label: str, option: str) -> None:
        """Choose data or a preset."""
        self.page.get_by_label(label, exact=True).select_option(option)

    def menu(self, item: str) -> None:
        """Press an item of the Files menu."""
        self.press("Files")
        self.button(item).click()

    def drop(self, name: str, content: bytes) -> None:
        """Drop a file on the page."""
        self.page.evaluate(DROP, [name, list(content)])

    def draw(self, *points: tuple[float, float]) -> None:
        """A stroke through points given as shares of the pad."""
        pad = self.page.get_by_role("application", name=self.say("Sketch pad"), exact=True)
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=8)
        self.page.mouse.up()
