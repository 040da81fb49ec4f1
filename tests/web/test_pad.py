"""The Python side of the sketch pad: what it understands from the page, and what it tells it."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from nncore.preprocess import Steps, Stroke, prepare, rasterise
from web.pad import Certainty, PredictionBars, SketchPad, StepPictures, judge
from web.pad.prediction import EMPTY, headline, words
from web.pad.wire import picture_from

LINE = [[0.5, 0.2, 0.5], [0.5, 0.8, 0.5]]


def code(values, dtype):
    return base64.b64encode(np.array(values, dtype).tobytes()).decode()


def message(name, *strokes, picture=None, erase=False):
    """What the page sends for strokes given as lists of [x, y, pressure]."""
    sent = [{"points": code(points, "<f4"), "width": 0.06, "erase": erase} for points in strokes]
    return {"id": name, "picture": picture, "strokes": sent}


def grey_message(grey):
    height, width = grey.shape
    return {"id": "file", "grey": code(grey, np.uint8), "height": height, "width": width}


@pytest.fixture
def drawn():
    return []


@pytest.fixture
def pad(drawn):
    return SketchPad(drawn.append)


def probabilities(**shares):
    """Ten probabilities: the shares given as d3=0.8, the rest spread evenly."""
    rest = (1 - sum(shares.values())) / (10 - len(shares))
    return np.array([shares.get(f"d{digit}", rest) for digit in range(10)])


# ---------------------------------------------------------------------------------------------- pad


def test_strokes_arrive_as_drawn_and_are_answered(pad, drawn):
    pad.drawing = message("a", LINE)
    (strokes,) = drawn
    np.testing.assert_array_equal(strokes[0].points, np.float32(LINE))
    assert (strokes[0].width, strokes[0].erase) == (0.06, False)
    assert pad.answered == "a"


def test_a_cleared_pad_arrives_as_no_strokes(pad, drawn):
    pad.drawing = message("a")
    assert drawn == [[]]


def test_a_drawing_is_answered_even_if_it_could_not_be_used():
    def refuse(drawing):
        raise RuntimeError("no network")

    pad = SketchPad(refuse)
    with pytest.raises(RuntimeError):
        pad.drawing = message("a", LINE)
    assert pad.answered == "a"  # or the page would wait for good


def test_a_picture_put_on_the_pad_goes_to_the_page_only(pad, drawn):
    ink = np.eye(28, dtype=np.float32)
    pad.show(ink)
    assert drawn == []
    np.testing.assert_array_equal(pad.picture["ink"], np.eye(28) * 255)


def test_strokes_on_a_picture_add_to_it_and_the_eraser_takes_from_it(pad, drawn):
    ink = rasterise([{"points": LINE, "width": 0.1}], 28)
    pad.show(ink)
    pad.drawing = message("a", picture=pad.picture["id"])
    pad.drawing = message("b", [[0.1, 0.9, 0.5], [0.9, 0.9, 0.5]], picture=pad.picture["id"])
    pad.drawing = message("c", LINE, picture=pad.picture["id"], erase=True)
    same, more, less = drawn
    np.testing.assert_array_equal(same, ink)
    assert less.mean() < ink.mean() < more.mean()


def test_once_the_picture_is_gone_only_strokes_count(pad, drawn):
    pad.show(np.eye(28, dtype=np.float32))
    pad.drawing = message("a", LINE)
    assert isinstance(drawn[0][0], Stroke)


def test_an_older_picture_is_not_taken_for_the_present_one(pad, drawn):
    pad.show(np.eye(28, dtype=np.float32))
    older = pad.picture["id"]
    pad.show(np.zeros((28, 28), np.float32))
    pad.drawing = message("a", LINE, picture=older)
    assert isinstance(drawn[0], list)


@pytest.mark.parametrize("light", [True, False])
def test_a_brought_picture_is_shown_as_ink_and_used(pad, drawn, light):
    digit = rasterise([{"points": LINE, "width": 0.1}], 60)
    pad.brought = grey_message(np.uint8(230 - 200 * digit if light else 20 + 200 * digit))
    (ink,) = drawn
    assert np.abs(ink - digit).mean() < 0.02
    np.testing.assert_allclose(pad.picture["ink"], ink * 255, atol=0.6)


def test_a_brought_picture_becomes_square_around_its_middle():
    grey = np.full((20, 50), 255, np.uint8)
    grey[5:15, 24:27] = 0
    ink = picture_from(grey_message(grey))
    assert ink.shape == (50, 50)
    assert ink[20:30, 24:27].min() > 0.99
    assert ink.sum() == pytest.approx(30, abs=1)


# ---------------------------------------------------------------------------------------- verdicts


def test_a_clear_answer_is_sure():
    verdict = judge(probabilities(d7=0.97, d1=0.02))
    assert (verdict.likeliest, verdict.runner_up, verdict.certainty) == (7, 1, Certainty.SURE)
    assert headline(verdict) == "7"
    assert words(verdict) == "97% sure; next 1 (2%)."


def test_a_close_call_is_a_question():
    verdict = judge(probabilities(d7=0.55, d1=0.4))
    assert verdict.certainty is Certainty.DOUBTFUL
    assert headline(verdict) == "7?"
    assert words(verdict) == "Unsure: 55%, or else 1 (40%)."


def test_no_digit_gets_no_answer():
    verdict = judge(probabilities(d8=0.3))
    assert verdict.certainty is Certainty.NONE
    assert headline(verdict) == ""
    assert words(verdict).startswith("Unsure")


def test_a_certain_answer_names_no_runner_up():
    assert words(judge(probabilities(d3=0.9999))) == "Sure: 100%."


@pytest.mark.parametrize("bad", [np.full(10, np.nan), np.zeros((2, 10)), np.ones(1)])
def test_judging_needs_one_finite_probability_per_class(bad):
    with pytest.raises(ValueError, match="expected one finite probability per class"):
        judge(bad)


def test_the_first_network_gives_the_answer_and_all_have_bars():
    bars = PredictionBars()
    bars.show({"Ready-made": judge(probabilities(d4=0.9)), "Yours": judge(probabilities(d9=0.8))})
    assert bars.headline == "4"
    assert [entry["name"] for entry in bars.series] == ["Ready-made", "Yours"]
    assert bars.series[1]["probabilities"][9] == 0.8
    assert [other["name"] for other in bars.others] == ["Yours"]


def test_an_empty_pad_has_no_digit_in_the_answer():
    bars = PredictionBars()
    bars.show({"Ready-made": judge(probabilities(d4=0.9))})
    bars.show({})
    assert (bars.headline, bars.words, bars.series) == ("", EMPTY, [])
    assert not any(character.isdigit() for character in bars.words)


# ------------------------------------------------------------------------------------------- steps


def test_pictures_are_sent_only_while_somebody_looks():
    steps = StepPictures(lambda chosen: None)
    prepared = prepare([{"points": LINE, "width": 0.06}])
    steps.show(prepared)
    assert steps.seen["ink"].shape == (28, 28)
    assert steps.pictures == []
    steps.unfolded = True
    assert [picture["name"] for picture in steps.pictures] == ["ink", "box", "thickness", "smooth", "centre"]
    assert [picture["switchable"] for picture in steps.pictures] == [False, True, True, True, True]
    assert max(max(picture["ink"].shape) for picture in steps.pictures) <= 56


def test_a_switch_asks_for_other_steps():
    chosen = []
    steps = StepPictures(chosen.append)
    steps.steps = {**steps.steps, "centre": False}
    assert chosen == [Steps(centre=False)]
