"""The sketch pad in the page: it draws, reads, undoes, and says when it is unsure."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from nncore.preprocess import rasterise
from tests.e2e.conftest import chromium_only, compares_times
from tests.e2e.lab import Lab
from web.pretrained.check import traces

DRAWN = {f"{trace.digit} {trace.style}": trace for trace in traces() if trace.digit is not None}
Points = Sequence[tuple[float, float]]
TO_AND_FRO = tuple(
    zip((0.1, 0.8, 0.2, 0.9, 0.15, 0.85, 0.3, 0.7), (0.4, 0.2, 0.6, 0.5, 0.8, 0.75, 0.2, 0.9), strict=True)
)


def canvas(page: Page) -> Locator:
    return page.get_by_label("Sketch pad")


def prediction(page: Page) -> Locator:
    return page.get_by_role("status", name="Prediction")


def places(page: Page, points: Points) -> list[tuple[float, float]]:
    """Points of the pad, 0..1, on the screen."""
    canvas(page).scroll_into_view_if_needed()
    box = canvas(page).bounding_box()
    assert box is not None
    return [(box["x"] + float(x) * box["width"], box["y"] + float(y) * box["height"]) for x, y in points]


def draw(page: Page, points: Points) -> None:
    """One stroke with the mouse."""
    first, *rest = places(page, points)
    page.mouse.move(*first)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(x, y, steps=3)
    page.mouse.up()


def draw_trace(page: Page, name: str, scale: float = 0.8, shift: float = 0.1) -> None:
    for stroke in DRAWN[name].strokes:
        draw(page, stroke * scale + shift)


def clear(page: Page) -> None:
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(prediction(page)).not_to_have_text(re.compile(r"\d"))


@pytest.fixture
def pad(shared_page: Page) -> Page:
    """The shared page with an empty pad."""
    if not canvas(shared_page).is_visible() or prediction(shared_page).inner_text()[:1].isdigit():
        clear(shared_page)
    return shared_page


@pytest.mark.parametrize(
    "name",
    [
        "0 slashed",
        "1 european",
        "2 looped",
        "3 flat-top",
        "4 open",
        "5 detached",
        "6 curved",
        "7 crossed",
        "8 rings",
        "9 curled",
    ],
)
def test_a_digit_drawn_with_the_mouse_is_read(pad: Page, name: str) -> None:
    draw_trace(pad, name)
    expect(prediction(pad)).to_have_text(re.compile(f"^{name[0]}"))
    clear(pad)


@pytest.mark.parametrize(("scale", "shift"), [(0.25, 0.02), (0.3, 0.65)])
def test_a_small_digit_in_a_corner_is_read(pad: Page, scale: float, shift: float) -> None:
    draw_trace(pad, "4 closed", scale, shift)
    expect(prediction(pad)).to_have_text(re.compile("^4"))
    clear(pad)


def test_undo_takes_back_one_stroke_at_a_time(pad: Page) -> None:
    undo = pad.get_by_role("button", name="Undo")
    draw(pad, [(0.3, 0.15), (0.3, 0.85)])
    expect(prediction(pad)).to_have_text(re.compile("^1"))
    draw(pad, TO_AND_FRO)
    expect(prediction(pad)).to_contain_text("Unsure")
    undo.click()
    expect(prediction(pad)).to_have_text(re.compile("^1"))
    undo.click()
    expect(prediction(pad)).not_to_have_text(re.compile(r"\d"))
    expect(undo).to_be_disabled()


def test_a_scribble_and_two_digits_get_no_bold_answer(pad: Page) -> None:
    draw(pad, TO_AND_FRO)
    expect(prediction(pad)).to_contain_text("Unsure")
    clear(pad)
    for name, across in (("4 open", 0.02), ("2 swan", 0.5)):
        for stroke in DRAWN[name].strokes:
            draw(pad, stroke * 0.45 + (across, 0.25))
    expect(prediction(pad)).to_contain_text("Unsure")
    clear(pad)


def test_the_eraser_takes_ink_away(pad: Page) -> None:
    draw(pad, [(0.2, 0.5), (0.8, 0.5)])
    eraser = pad.get_by_role("button", name="Eraser")
    eraser.click()
    expect(eraser).to_have_attribute("aria-pressed", "true")
    draw(pad, [(0.1, 0.5), (0.9, 0.5)])
    expect(prediction(pad)).not_to_have_text(re.compile(r"\d"))
    eraser.click()
    clear(pad)


def test_drawing_by_keyboard(pad: Page) -> None:
    canvas(pad).focus()
    for key in ["Space", *["ArrowDown"] * 10, "Space"]:
        pad.keyboard.press(key)
    expect(prediction(pad)).to_have_text(re.compile("^1"))
    expect(pad.get_by_text("Pen up", exact=False)).to_be_attached()
    pad.keyboard.press("Backspace")
    expect(prediction(pad)).not_to_have_text(re.compile(r"\d"))


@pytest.mark.parametrize("dark_on_light", [True, False])
def test_a_dropped_picture_is_read(pad: Page, tmp_path: Path, dark_on_light: bool) -> None:
    trace = DRAWN["5 one-stroke"]
    ink = rasterise(
        [
            {"points": np.pad(s * 0.7 + 0.15, ((0, 0), (0, 1)), constant_values=0.5), "width": 0.07}
            for s in trace.strokes
        ],
        200,
    )
    grey = np.uint8(240 - 220 * ink if dark_on_light else 15 + 220 * ink)
    # The page makes the PNG file itself and drops it, so that no image library is needed here.
    pad.evaluate(
        """async ([code, side, sheet]) => {
            const grey = Uint8Array.from(atob(code), (c) => c.charCodeAt(0));
            const canvas = new OffscreenCanvas(side, side);
            const image = new ImageData(side, side);
            grey.forEach((v, i) => image.data.set([v, v, v, 255], 4 * i));
            canvas.getContext("2d").putImageData(image, 0, 0);
            const data = new DataTransfer();
            data.items.add(new File([await canvas.convertToBlob()], "digit.png", {type: "image/png"}));
            sheet.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        [base64.b64encode(grey.tobytes()).decode(), 200, canvas(pad).element_handle()],
    )
    expect(prediction(pad)).to_have_text(re.compile("^5"))
    clear(pad)


def test_a_file_that_is_no_picture_is_refused_in_words(pad: Page) -> None:
    pad.get_by_label("Picture of a digit").set_input_files(
        {"name": "notes.png", "mimeType": "image/png", "buffer": b"not a picture"}
    )
    expect(pad.get_by_text("“notes.png” is not a picture", exact=False)).to_be_visible()
    draw(pad, [(0.5, 0.2), (0.5, 0.8)])
    clear(pad)
    expect(pad.get_by_text("is not a picture", exact=False)).to_be_hidden()


def test_switching_the_box_off_shows_what_the_network_would_see(pad: Page) -> None:
    draw_trace(pad, "7 plain", 0.25, 0.02)
    expect(prediction(pad)).to_have_text(re.compile("^7"))
    pad.get_by_text("Step by step").click()
    box = pad.get_by_role("checkbox", name="Scaled to")
    sure = prediction(pad).inner_text()
    box.uncheck()
    expect(prediction(pad)).not_to_have_text(sure)
    box.check()
    expect(prediction(pad)).to_have_text(re.compile("^7"))
    pad.get_by_text("Step by step").click()
    clear(pad)


def test_the_answer_comes_while_drawing(pad: Page) -> None:
    """The pen is still down when the first answer stands there."""
    first, *rest = places(pad, [(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)])
    pad.mouse.move(*first)
    pad.mouse.down()
    for point in rest:
        pad.mouse.move(*point, steps=5)
    expect(prediction(pad)).to_have_text(re.compile("^1"))
    pad.mouse.up()
    clear(pad)


@compares_times
def test_answers_keep_up_with_the_pen_also_while_training(pad: Page) -> None:
    pad.evaluate(
        """([canvas, status]) => {
            window.delays = [];
            let moved = 0;
            canvas.addEventListener("pointermove", () => (moved ||= performance.now()));
            const answered = () => {
                if (moved) window.delays.push(performance.now() - moved);
                moved = 0;
            };
            new MutationObserver(answered).observe(status.getRootNode(), {subtree: true, childList: true});
        }""",
        [canvas(pad).element_handle(), prediction(pad).element_handle()],
    )
    angle = np.linspace(0, 6, 40)
    around = np.stack([0.5 + 0.25 * np.sin(angle), 0.5 + 0.3 * np.cos(0.7 * angle)], axis=1)

    def median_delay() -> float:
        """Milliseconds from a movement of the pen to the change it makes in the answer."""
        pad.evaluate("window.delays = []")
        draw(pad, around)
        expect(prediction(pad)).to_have_text(re.compile(r"\w"))
        delays = pad.evaluate("window.delays")
        clear(pad)
        assert len(delays) >= 5
        return float(np.median(delays))

    resting = median_delay()
    lab = Lab(pad)
    epochs = lab.setting("Epochs").input_value()
    lab.enter("Epochs", "1000")
    lab.press("Train")
    training = median_delay()
    lab.press("Pause")
    lab.press("Reset")
    lab.enter("Epochs", epochs)
    assert training < 10 * resting, f"{training:.0f} ms while training, {resting:.0f} ms at rest"


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    fingers = [{"x": x, "y": y} for x, y in points]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


@chromium_only
def test_a_finger_draws_and_the_page_does_not_scroll(phone: Page) -> None:
    session = phone.context.new_cdp_session(phone)
    for stroke in DRAWN["7 crossed"].strokes:
        first, *rest = places(phone, stroke * 0.8 + 0.1)
        before = phone.evaluate("scrollY")
        touch(session, "touchStart", first)
        for point in rest:
            touch(session, "touchMove", point)
        touch(session, "touchEnd")
        assert phone.evaluate("scrollY") == before
    expect(prediction(phone)).to_have_text(re.compile("^7"))


INKED = """(canvas) => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, i) => i % 4 === 3 && value > 0).length / (canvas.width * canvas.height);
}"""


def pen(session: CDPSession, points: Points, force: float) -> None:
    """A stroke with a pen that is pressed with `force`, 0..1."""
    for kind, places in (
        ("mousePressed", points[:1]),
        ("mouseMoved", points[1:]),
        ("mouseReleased", points[-1:]),
    ):
        for x, y in places:
            event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
            session.send("Input.dispatchMouseEvent", {**event, "pointerType": "pen", "force": force})


@chromium_only
def test_a_pen_draws_broader_the_harder_it_is_pressed(pad: Page) -> None:
    session = pad.context.new_cdp_session(pad)
    inked = []
    for force in (0.2, 0.5, 1.0):
        pen(session, places(pad, [(0.5, 0.15), (0.5, 0.4), (0.5, 0.6), (0.5, 0.85)]), force)
        expect(prediction(pad)).to_have_text(re.compile("^1"))
        inked.append(canvas(pad).evaluate(INKED))
        clear(pad)
    assert inked[0] < 0.8 * inked[1], inked
    assert inked[1] < 0.8 * inked[2], inked


@chromium_only
def test_a_hand_laid_down_beside_the_pen_draws_nothing(pad: Page) -> None:
    session = pad.context.new_cdp_session(pad)
    first, second, palm = places(pad, [(0.3, 0.2), (0.3, 0.8), (0.8, 0.8)])
    event = {"button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen", "force": 0.5}
    session.send("Input.dispatchMouseEvent", {**event, "type": "mousePressed", "x": first[0], "y": first[1]})
    touch(session, "touchStart", palm)
    session.send("Input.dispatchMouseEvent", {**event, "type": "mouseMoved", "x": second[0], "y": second[1]})
    touch(session, "touchEnd")
    session.send(
        "Input.dispatchMouseEvent", {**event, "type": "mouseReleased", "x": second[0], "y": second[1]}
    )
    expect(prediction(pad)).to_have_text(re.compile("^1"))
    pad.get_by_role("button", name="Undo").click()
    expect(pad.get_by_role("button", name="Undo")).to_be_disabled()
    expect(prediction(pad)).not_to_have_text(re.compile(r"\d"))


def test_the_ink_is_as_sharp_as_the_screen(phone: Page) -> None:
    pixels, size, density = json.loads(
        canvas(phone).evaluate(
            "(c) => JSON.stringify([c.width, c.getBoundingClientRect().width, devicePixelRatio])"
        )
    )
    assert density == 3
    assert pixels == pytest.approx(size * density, abs=3)
