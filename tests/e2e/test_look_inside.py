"""What the visitor finds under "Look inside", by mouse and by keyboard, also while training runs."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.conftest import BOOT_SECONDS, boot
from tests.e2e.lab import Lab, enter

NewContext = Callable[..., BrowserContext]

STROKE = ((0.5, 0.15), (0.5, 0.85))
SEVEN = ((0.3, 0.2), (0.7, 0.2), (0.5, 0.85))


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def picture(tile: Locator) -> str:
    """What a tile shows, as a data address."""
    return str(tile.locator("canvas").evaluate("canvas => canvas.toDataURL()"))


def train(page: Page) -> Lab:
    lab = Lab(page)
    lab.press("Train")
    lab.wait_until_rested()
    return lab


def test_a_cell_of_the_matrix_shows_its_digits_and_a_digit_goes_to_the_pad(page: Page) -> None:
    lab = train(page)
    page.get_by_label("Let your own network answer").check()
    expect(page.get_by_text("of 360 wrong").first).to_be_visible()
    cell = page.get_by_role("button", name=re.compile(r"^0 read as 0: \d+"))
    cell.focus()
    cell.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name=re.compile("^1 read as 1"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 read as 1")).to_be_visible()
    said = page.locator(".unseen[aria-live]", has_text=re.compile("^1 read as 1: .* follow the table"))
    expect(said).to_be_attached()
    page.get_by_role("button", name=re.compile("^Digit 1, read as such")).first.click()
    expect(page.get_by_role("status", name="Prediction")).to_have_text(re.compile(r"^\s*1"))
    lab.press("Most wrong")
    expect(page.get_by_role("heading", name="Most wrong")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^Digit \d, read as \d with")).first).to_be_visible()


def test_weights_and_evidence_move_while_the_network_trains(page: Page) -> None:
    lab = Lab(page)
    lab.enter("Epochs", "500")
    lab.draw(*STROKE)
    open_tab(page, "What it learnt")
    weights = page.get_by_role("img", name="Weights of neuron 0", exact=True)
    evidence = page.get_by_role("img", name=re.compile("every pixel, for and against"))
    expect(weights).to_be_visible()
    expect(evidence).to_be_visible()
    before = picture(weights), picture(evidence)
    lab.press("Train")
    page.wait_for_function(
        "([tile, old]) => tile.querySelector('canvas').toDataURL() !== old",
        arg=[weights.element_handle(), before[0]],
    )
    page.wait_for_function(
        "([tile, old]) => tile.querySelector('canvas').toDataURL() !== old",
        arg=[evidence.element_handle(), before[1]],
    )
    lab.press("Next")
    expect(page.get_by_text("neurons 40 to 79 of 1,024")).to_be_visible()
    lab.press("Pause")


def test_one_neurons_arithmetic_and_the_gradient_check(page: Page) -> None:
    lab = Lab(page)
    lab.press("Clear")
    open_tab(page, "The network")
    layers = page.get_by_role("list", name="Layers of the network").get_by_role("listitem")
    kinds = ("Image", "Flatten", "Linear.*66,560", "Tanh", "Linear.*10,250", "LogSoftmax")
    expect(layers).to_have_text([re.compile(kind) for kind in kinds])
    expect(page.get_by_text("the sum is worked out here")).to_be_visible()
    lab.draw(*STROKE)
    table = page.get_by_role("table").filter(has_text="Product")
    expect(table.get_by_role("row", name=re.compile("^sum"))).to_be_visible()
    lab.choose("Layer", "1")
    expect(page.get_by_text("layer 1, Linear, unit 0.")).to_be_visible()
    unit = page.get_by_label("Unit", exact=True)
    enter(unit, "3")
    expect(page.get_by_text("layer 1, Linear, unit 3.")).to_be_visible()
    rows = [cells.split("\t") for cells in table.get_by_role("row").all_inner_texts()[1:]]
    figures = {row[0].strip(): float(row[-1].replace("−", "-")) for row in rows}
    summands = [value for name, value in figures.items() if name not in ("sum", "after Tanh")]
    assert abs(sum(summands) - figures["sum"]) < 2e-3
    lab.press("Train")
    lab.press("Check the gradient")
    check = page.get_by_role("group", name="Gradient check")
    expect(check).to_contain_text("All agree: largest relative error")


def test_a_network_learns_the_visitors_hand_and_remembers_it(page: Page) -> None:
    lab = Lab(page)
    lab.press("Clear")
    open_tab(page, "Your hand")
    seven = page.get_by_title("Collect it as 7")
    expect(seven).to_be_disabled()
    for _ in range(4):
        lab.draw(*STROKE)
        seven.click()  # for this visitor a plain stroke is a seven
        expect(seven).to_be_disabled()
    drawings = page.get_by_role("button", name="Your 7: press to delete it")
    expect(drawings).to_have_count(4)
    train(page)
    lab.press("Teach")
    lab.button("Keep the taught network").click()
    expect(page.get_by_text("The network has learnt your hand.").first).to_be_visible()
    page.get_by_label("Let your own network answer").check()
    lab.draw(*STROKE)
    expect(page.get_by_role("status", name="Prediction")).to_have_text(re.compile(r"^\s*7"))
    lab.wait_until_saved(lambda saved: len(saved.hand["labels"]) == 4)
    page.reload()
    page.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    open_tab(page, "Your hand")
    expect(drawings).to_have_count(4)
    drawings.first.click()
    expect(drawings).to_have_count(3)


def test_the_tour_is_driven_by_keys(page: Page) -> None:
    lab = Lab(page)
    lab.press("Help")
    tour = page.get_by_role("dialog", name="Tour")
    expect(tour.get_by_role("heading")).to_have_text("Draw a digit")
    expect(tour.get_by_role("button", name="Next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(tour.get_by_role("heading")).to_have_text("Let it learn")
    page.keyboard.press("ArrowLeft")
    expect(tour.get_by_role("heading")).to_have_text("Draw a digit")
    page.keyboard.press("Escape")
    expect(tour).to_have_count(0)
    lab.press("Help")
    expect(tour).to_be_visible()
    for _ in range(7):
        tour.get_by_role("button", name="Next").click()
    tour.get_by_role("button", name="Done").click()
    expect(tour).to_have_count(0)


def test_a_lesson_opens_the_dashboard_as_it_says(page: Page, site_url: str) -> None:
    page.goto(site_url + "lessons/index.html")
    page.get_by_role("link", name="What the learning rate does").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the learning rate does")
    page.get_by_role("link", name="Open with a learning rate of 0.1").click()
    page.wait_for_selector("body[data-state=ready]", timeout=BOOT_SECONDS * 1000)
    lab = Lab(page)
    expect(lab.setting("Momentum")).to_have_value("0")
    expect(page.get_by_text("Hidden units")).to_have_count(0)


def canvas_of(page: Page) -> str:
    """What the network's picture shows, as a data address."""
    canvas = page.get_by_role("figure", name="The network", exact=True).locator("canvas")
    return str(canvas.evaluate("canvas => canvas.toDataURL()"))


def test_the_picture_of_the_network_lives_while_it_trains(new_context: NewContext, site_url: str) -> None:
    page = boot(new_context(reduced_motion="reduce").new_page(), site_url + "#preset=corrected")
    lab = Lab(page)
    figure = page.get_by_role("figure", name="The network", exact=True)
    expect(figure).to_be_visible()
    expect(page.get_by_role("status", name="Prediction")).to_have_text(re.compile(r"^\s*3"))  # the example
    for part in (figure, lab.button("Train"), page.get_by_label("Sketch pad")):
        expect(part).to_be_in_viewport(ratio=1)
    page.get_by_role("radio", name="Watch closely").check(force=True)
    lab.press("Train")
    seen = {canvas_of(page)}
    for _ in range(3):  # with every step another picture
        page.wait_for_function(
            "([canvas, seen]) => !seen.includes(canvas.toDataURL())",
            arg=[figure.locator("canvas").element_handle(), list(seen)],
        )
        seen.add(canvas_of(page))
    assert lab.step() < 20, "three steps a second"
    page.get_by_role("radio", name="Full speed").check(force=True)
    lab.wait_until_rested()
    outcome = page.get_by_role("status", name="Outcome")
    expect(outcome).to_have_text(
        re.compile(r"reads 9\d\.\d% of 360 digits it never saw.*started at \d+\.\d%")
    )
    expect(lab.button("Try convolutions")).to_be_visible()


def test_a_unit_of_the_picture_is_looked_at_closely_by_keyboard(page: Page) -> None:
    lab = train(page)
    units = page.get_by_role("group", name="Units").get_by_role("button")
    units.first.focus()
    page.keyboard.press("ArrowRight")
    expect(units.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One unit, looked at closely")).to_be_visible()
    expect(page.get_by_text("The test digits that excite it most")).to_be_visible()
    expect(page.get_by_text(re.compile("Worked out for your drawing: layer 1, Linear, unit"))).to_be_visible()
    lab.press("Close")
    expect(page.get_by_role("heading", name="One unit, looked at closely")).to_be_hidden()


def test_points_of_the_plane_take_the_pads_place(page: Page) -> None:
    lab = Lab(page)
    lab.choose("Data", "gaussians")
    plane = page.get_by_role("application", name="The plane")
    expect(plane).to_be_visible()
    expect(page.get_by_label("Sketch pad")).to_be_hidden()
    expect(lab.setting("Hidden units")).to_have_value("8,8")
    lab.press("Train")
    lab.wait_for(re.compile(r"epoch\s+20/20"))
    lab.wait_until_rested()
    box = plane.bounding_box()
    assert box is not None
    answer = page.get_by_role("status", name="Prediction")
    for x, y, said in ((0.85, 0.15, "blue"), (0.15, 0.85, "orange")):
        plane.click(position={"x": x * box["width"], "y": y * box["height"]})
        expect(answer).to_contain_text(re.compile(f"^{said}"))
    before = plane.evaluate("canvas => canvas.toDataURL()")
    lab.enter("Noise", "0.3")
    page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before", arg=[plane.element_handle(), before]
    )
    lab.choose("Data", "digits")
    expect(page.get_by_label("Sketch pad")).to_be_visible()
    expect(plane).to_be_hidden()
    expect(lab.setting("Hidden units")).to_have_value("1024")


def test_a_stroke_takes_the_place_of_the_example(page: Page) -> None:
    lab = Lab(page)
    expect(page.get_by_role("status", name="Prediction")).to_have_text(re.compile(r"^\s*3"))
    lab.draw(*STROKE)
    expect(page.get_by_role("status", name="Prediction")).to_have_text(re.compile(r"^\s*1"))
