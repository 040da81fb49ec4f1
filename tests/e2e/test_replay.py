"""A run is gone through again: pictures, answer and mistakes go back in time and return."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.lab import Lab

SEVEN = re.compile(r"^\s*7\s")
PAINTED = """canvas => {
  const {width, height} = canvas;
  return width ? canvas.getContext("2d").getImageData(0, 0, width, height).data.some(level => level) : false;
}"""


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def seek(page: Page, position: int) -> None:
    slider = page.get_by_role("slider", name="Replay")
    expect(slider).to_be_enabled()  # a run that has just ended has moments to look back to a moment later
    slider.focus()
    slider.press("Home")
    for _ in range(position):
        slider.press("ArrowRight")


def test_the_past_is_shown_and_the_present_comes_back(page: Page) -> None:
    lab = Lab(page)
    lab.press("7: put it on the pad")
    expect(page.get_by_role("status", name="Prediction")).to_contain_text("Ready-made network")
    page.get_by_label("Let your own network answer").check()
    answer = page.get_by_role("status", name="Prediction")
    lab.press("Train")
    lab.wait_until_rested()
    expect(answer).to_have_text(SEVEN)
    expect(answer).to_contain_text("Your network")
    projection = page.get_by_role("figure", name="Projection")
    page.wait_for_function(PAINTED, arg=projection.element_handle())
    expect(page.get_by_text("The ring is your drawing.")).to_be_visible()
    now = projection.evaluate("canvas => canvas.toDataURL()")
    seek(page, 0)
    expect(page.get_by_text("before training")).to_be_visible()
    expect(answer).not_to_have_text(SEVEN)
    changed = "([canvas, now]) => canvas.toDataURL() !== now"
    page.wait_for_function(changed, arg=[projection.element_handle(), now])
    open_tab(page, "Mistakes")
    expect(page.get_by_text(re.compile("after 0 steps")).first).to_be_visible()
    lab.press("Now")
    expect(answer).to_have_text(SEVEN)
    lab.press("Play")
    expect(lab.button("Stop")).to_be_visible()
    expect(lab.button("Play")).to_be_visible(timeout=60_000)
    expect(answer).to_have_text(SEVEN)


def test_a_film_of_a_run_is_made_in_the_page(page: Page) -> None:
    lab = Lab(page)
    lab.enter("Epochs", "1")
    lab.press("Train")
    lab.wait_until_rested()
    page.wait_for_function(PAINTED, arg=page.get_by_role("figure", name="Projection").element_handle())
    with page.expect_download(timeout=90_000) as saved:
        lab.press("Save film")
    assert re.fullmatch(r"nncore-replay\.(webm|mp4)", saved.value.suggested_filename)
    content = saved.value.path().read_bytes()
    assert content[:4] == b"\x1a\x45\xdf\xa3" or content[4:8] == b"ftyp"  # EBML, or an ISO media file
    assert len(content) > 5_000


def test_a_loop_in_the_projection_shows_the_mistakes_in_it(page: Page) -> None:
    projection = page.get_by_role("figure", name="Projection")
    page.wait_for_function(PAINTED, arg=projection.element_handle())
    projection.scroll_into_view_if_needed()
    box = projection.bounding_box()
    assert box is not None
    corners = ((0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.02))
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()
    told = re.compile(r"\d+ digits in the loop, \d+ taken for something else")
    expect(page.get_by_text(told)).to_be_visible()
    page.get_by_role("group", name="Mistakes inside").get_by_role("button").first.click()
    expect(page.get_by_role("status", name="Prediction")).to_have_text(re.compile(r"\d"))
    page.get_by_role("button", name="3", exact=True).last.click()
    expect(page.get_by_text("of class 3,")).to_be_visible()
