"""Drawings become what the networks were trained on, wherever and however large they are drawn."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.preprocess import MNIST, Steps, Stroke, ink_from_image, prepare, rasterise
from nncore.preprocess.chain import centre_of_mass_shift
from nncore.preprocess.strokes import smooth_path
from nncore.preprocess.thickness import change_width, stroke_width

SEVEN = [(0.1, 0.1), (0.45, 0.08), (0.8, 0.1), (0.6, 0.5), (0.45, 0.95)]


def seven(scale=0.6, x=0.2, y=0.2, width=0.06, count=40):
    """A 7 drawn at (x, y) with `count` points."""
    corners = np.array(SEVEN) * scale + (x, y)
    along = np.linspace(0, len(corners) - 1, count)
    path = [np.interp(along, np.arange(len(corners)), corners[:, axis]) for axis in (0, 1)]
    return Stroke(np.stack([*path, np.full(count, 0.5)], axis=1), width)


def circle(x=0.5, y=0.5, radius=0.3, width=0.06):
    angle = np.linspace(0, 2 * np.pi, 60)
    points = [x + radius * np.cos(angle), y + radius * np.sin(angle), 0 * angle + 0.5]
    return Stroke(np.stack(points, axis=1), width)


def extent(image, threshold=0.0):
    rows, columns = np.nonzero(image > threshold)
    return np.ptp(rows) + 1, np.ptp(columns) + 1


def mass_centre(image):
    rows, columns = np.indices(image.shape)
    return (image * rows).sum() / image.sum(), (image * columns).sum() / image.sum()


# ------------------------------------------------------------------------------------------- strokes


def test_a_dot_is_a_disc_of_the_pens_width():
    ink = rasterise([{"points": [[0.5, 0.5, 0.5]], "width": 0.4}], 100)
    assert ink.sum() == pytest.approx(np.pi * 20**2, rel=0.01)
    np.testing.assert_allclose(ink, ink.T, atol=1e-6)


def test_a_line_covers_its_length_and_round_ends():
    ink = rasterise([{"points": [[0.2, 0.5, 0.5], [0.8, 0.5, 0.5]], "width": 0.1}], 200)
    assert ink.sum() == pytest.approx(120 * 20 + np.pi * 10**2, rel=0.01)
    assert ink[100, 100] == 1
    assert ink[80, 100] == 0


def test_pressure_widens_the_stroke():
    def height(pressure):
        points = [[0.2, 0.5, pressure], [0.8, 0.5, pressure]]
        return rasterise([{"points": points, "width": 0.1}], 100)[:, 50].sum()

    assert height(0.2) < height(0.5) < height(0.9)
    assert height(0.5) == pytest.approx(10, abs=0.1)


def test_strokes_may_leave_the_pad():
    ink = rasterise([{"points": [[-3, 0.5, 0.5], [4, 0.5, 0.5]], "width": 0.1}], 50)
    np.testing.assert_allclose(ink.sum(axis=0), 5, atol=0.1)


def test_the_eraser_takes_away_what_lies_below_but_not_what_comes_later():
    line = seven()
    rubber = Stroke(line.points, 0.2, erase=True)
    assert rasterise([line, rubber], 60).max() < 0.01
    np.testing.assert_array_equal(rasterise([rubber, line], 60), rasterise([line], 60))


def test_few_points_are_joined_by_a_smooth_curve():
    angle = np.linspace(0, 2 * np.pi, 10)
    coarse = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1).astype(np.float32)
    radius = np.hypot(*smooth_path(coarse, 0.05)[:, :2].T)
    assert radius.min() > 0.96  # straight chords would come as near as 0.94


def test_corners_stay_corners():
    points = np.array([[0, 1, 0], [0.5, 0, 0], [1, 1, 0]], dtype=np.float32)
    path = smooth_path(points, 0.01)
    expected = np.abs(2 * path[:, 0] - 1)
    np.testing.assert_allclose(path[:, 1], expected, atol=0.02)


# -------------------------------------------------------------------------------------- MNIST's format


@pytest.mark.parametrize("scale", [0.1, 0.3, 0.8])
@pytest.mark.parametrize("place", [(0.0, 0.0), (0.05, 0.15)])
def test_place_and_size_make_no_difference(scale, place):
    reference = prepare([seven()]).image
    np.testing.assert_allclose(prepare([seven(scale, *place)]).image, reference, atol=0.02)


@pytest.mark.parametrize("width", [0.02, 0.12])
def test_the_brush_makes_no_difference_to_strokes(width):
    np.testing.assert_allclose(prepare([seven(width=width)]).image, prepare([seven()]).image, atol=0.01)


@pytest.mark.parametrize("pixels", [112, 280, 840])
def test_the_pads_pixels_make_little_difference_to_pictures(pixels):
    reference = prepare(rasterise([seven()], 560)).image
    assert np.abs(prepare(rasterise([seven()], pixels)).image - reference).mean() < 0.012


def test_the_digit_fills_the_box_and_its_mass_is_in_the_middle():
    for drawing in ([seven()], rasterise([seven()], 300)):
        image = prepare(drawing).image
        assert image.shape == (28, 28)
        assert image.dtype == np.float32
        assert 0 <= image.min() < image.max() <= 1
        assert max(extent(image, 0.05)) == MNIST.box
        np.testing.assert_allclose(mass_centre(image), 14, atol=0.5)


@pytest.mark.parametrize(("width", "low", "high"), [(0.015, 1.5, 2.3), (0.05, 1.8, 3.8), (0.22, 3.2, 4.8)])
def test_pictures_get_a_thickness_that_mnist_has(width, low, high):
    assert low < stroke_width(prepare(rasterise([circle(width=width)], 280)).image) < high


def test_an_mnist_digit_is_left_as_it_is():
    """Enlarged eight times, a digit that fits the box and is centred comes back nearly unchanged."""
    image = prepare([circle(), seven(0.3)]).image
    again = prepare(np.kron(image, np.ones((8, 8))))
    assert np.abs(again.image - image).mean() < 0.03


def test_an_erased_part_does_not_count_for_the_box():
    stray = Stroke(np.array([[0.95, 0.95, 0.5], [0.99, 0.95, 0.5]]), 0.03)
    rubber = Stroke(stray.points, 0.1, erase=True)
    alone, cleaned = prepare([circle(0.3, 0.3, 0.2)]), prepare([circle(0.3, 0.3, 0.2), stray, rubber])
    np.testing.assert_allclose(cleaned.image, alone.image, atol=1e-6)


def test_a_dot_stays_a_dot():
    image = prepare([{"points": [[0.9, 0.1, 0.5]], "width": 0.05}]).image
    assert 0 < image.sum() < 20
    np.testing.assert_allclose(mass_centre(image), 14, atol=0.5)


ERASED = [seven(), Stroke(seven().points, 0.5, erase=True)]


@pytest.mark.parametrize("drawing", [[], np.zeros((40, 40)), ERASED])
@pytest.mark.parametrize("size", [8, 28])
def test_nothing_drawn_is_empty(drawing, size):
    prepared = prepare(drawing, size)
    assert prepared.empty
    assert prepared.image.shape == (size, size)
    assert prepared.pictures == ()


# ----------------------------------------------------------------------------------------------- steps


def test_without_the_box_size_and_place_matter():
    small = prepare([seven(0.3, 0.0, 0.0)], steps=Steps(box=False, centre=False)).image
    assert max(extent(small, 0.05)) < 14
    assert mass_centre(small)[0] < 8


def test_without_thickness_the_brush_matters():
    thin, thick = (
        stroke_width(prepare([circle(width=w)], steps=Steps(thickness=False)).image) for w in (0.03, 0.15)
    )
    assert thick > 2 * thin


def test_without_smoothing_pixels_are_ink_or_paper():
    assert set(np.unique(prepare([circle()], steps=Steps(smooth=False)).image)) == {0, 1}


def test_without_centring_the_box_is_in_the_middle():
    image = prepare([seven()], steps=Steps(centre=False)).image
    rows = np.flatnonzero(image.any(axis=1))
    assert (rows[0], rows[-1]) == (4, 23)


def test_every_step_has_a_picture_that_says_whether_it_was_done():
    pictures = prepare([seven()], steps=Steps(smooth=False)).pictures
    assert [p.name for p in pictures] == ["ink", "box", "thickness", "smooth", "centre"]
    assert [p.applied for p in pictures] == [True, True, True, False, True]
    assert all(0 <= p.image.min() < p.image.max() <= 1 for p in pictures)


def test_centring_moves_by_whole_pixels():
    image = np.zeros((28, 28), np.float32)
    image[2:5, 20:24] = 1
    moved = centre_of_mass_shift(image)
    assert moved.sum() == image.sum()
    np.testing.assert_allclose(mass_centre(moved), 14, atol=0.5)
    assert not centre_of_mass_shift(np.zeros((28, 28), np.float32)).any(), (
        "where there is no ink, nothing moves"
    )


# --------------------------------------------------------------------------------------- UCI digits


def test_uci_digits_are_block_counts_that_fill_the_square():
    image = prepare([circle()], 8).image
    assert image.shape == (8, 8)
    np.testing.assert_array_equal(image * 16, np.rint(image * 16))
    assert extent(image) == (8, 6)
    assert image[3:5, 3:5].mean() < 0.3


def test_uci_digits_are_brought_to_one_width():
    for squeeze in (0.5, 0.7, 1.0):
        assert extent(prepare([Stroke(circle().points * (squeeze, 1, 1), 0.06)], 8).image) == (8, 6)


# ----------------------------------------------------------------------------------------- pictures


def test_ink_is_found_whichever_is_darker():
    digit = rasterise([seven()], 80)
    light, dark = 230 - 200 * digit, 20 + 180 * digit
    np.testing.assert_allclose(ink_from_image(light), ink_from_image(dark), atol=1e-4)
    assert np.mean((ink_from_image(light) > 0.5) == (digit > 0.5)) > 0.99


def test_a_shadow_and_grain_are_not_ink():
    rng = np.random.default_rng(0)
    digit = rasterise([seven()], 120)
    photo = 180 - np.linspace(0, 40, 120)[:, None] - 130 * digit + rng.normal(0, 5, digit.shape)
    found = ink_from_image(photo)
    assert found[digit == 0].mean() < 0.05
    assert found[digit == 1].mean() > 0.9


def test_a_picture_of_one_colour_has_no_ink():
    assert not ink_from_image(np.full((20, 30), 77, np.uint8)).any()


def test_thickness_changes_by_what_was_asked():
    bar = np.zeros((60, 60), np.float32)
    bar[25:35, 5:55] = 1
    for amount in (-4, 6):
        assert change_width(bar, amount)[:, 30].sum() == pytest.approx(10 + amount, abs=1)


# ------------------------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("drawing", "size", "words"),
    [
        ([seven()], 20, "size 20, expected one of"),
        (np.zeros((3, 4, 5)), 28, "expected \\(height, width\\)"),
        (np.full((4, 4), 9.0), 28, "expected 0 \\(paper\\) to 1"),
        ([{"points": [[0.1, 0.2]], "width": 0.1}], 28, "expected \\(N, 3\\)"),
        ([{"points": [[0.1, 0.2, np.nan]], "width": 0.1}], 28, "NaN"),
        ([{"points": [[0.1, 0.2, 0.5]], "width": 0}], 28, "positive width"),
    ],
)
def test_wrong_input_says_what_was_expected(drawing, size, words):
    with pytest.raises(ValueError, match=words):
        prepare(drawing, size)


def test_a_broad_eraser_beside_a_speck_takes_little_memory():
    """The speck is enlarged, and the eraser with it, until it is far wider than the picture."""
    way = [[0.61, 0.0, 0.5], [0.61, 0.5, 0.5], [0.61, 1.0, 0.5]]
    speck = {"points": [[0.5, 0.5, 0.5]], "width": 0.03, "erase": False}
    tracemalloc.start()
    image = prepare([speck, {"points": way, "width": 0.2, "erase": True}], 8).image
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert image.sum() > 0
    assert peak < 100e6


point = st.tuples(*[st.floats(-0.25, 1.25)] * 2, st.floats(0, 1))
stroke = st.builds(
    lambda points, width, erase: {"points": points, "width": width, "erase": erase},
    st.lists(point, min_size=1, max_size=12),
    st.floats(0.01, 0.2),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(stroke, max_size=4), st.sampled_from([8, 28]))
def test_any_drawing_gives_a_picture(strokes, size):
    image = prepare(strokes, size).image
    assert image.shape == (size, size)
    assert image.dtype == np.float32
    assert np.isfinite(image).all()
    assert 0 <= image.min() <= image.max() <= 1


@pytest.mark.parametrize("size", [28, 8])
@pytest.mark.parametrize(("side", "width"), [(500, 2), (1000, 3), (2000, 8)])
def test_lines_that_are_thin_in_a_large_picture_are_seen(side: int, width: int, size: int) -> None:
    picture = np.full((side, side), 255, np.uint8)
    a, b, c = (int(share * side) for share in (0.25, 0.5, 0.75))
    for rows, columns in (
        (slice(a, b), slice(a, a + width)),
        (slice(b, b + width), slice(a, c)),
        (slice(a, c), slice(c - width, c)),
    ):
        picture[rows, columns] = 0
    thin = prepare(ink_from_image(picture), size).image
    thick = prepare(
        ink_from_image(np.minimum(*(np.roll(picture, k, (0, 1)) for k in (0, width)))), size
    ).image
    assert 0.8 * thick.sum() < thin.sum() < 1.25 * thick.sum()


def test_what_is_left_between_two_erased_ends_is_seen() -> None:
    line = Stroke(np.array([[0.1, 0.5, 0.5], [0.9, 0.5, 0.5]]), 0.05)
    ends = [Stroke(np.array([[x, 0.5, 0.5]]), 0.2, erase=True) for x in (0.1, 0.9)]
    cleaned = prepare([line, *ends]).image
    assert extent(cleaned, 0.5)[1] >= MNIST.box - 2
    assert cleaned.sum() > 0.8 * prepare([line]).image.sum()
