"""Augmentation changes images in the ways it says, and no others."""

import numpy as np
import pytest

import nncore as nn
from nncore.data.augment import Augmentation
from nncore.warp_ops import FAINT, interpolation, sample_bilinear

PARTS = {"shift": 0.1, "rotate": 15, "scale": 0.2, "shear": 0.2, "thickness": 0.8, "elastic": 3}


def blob(n: int = 400, size: int = 28) -> np.ndarray:
    """A thick vertical bar in the middle."""
    images = np.zeros((n, size, size), np.float32)
    images[:, 6:22, 12:16] = 1
    return images


def moments(images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ink, and the centre of mass (rows, columns), of each image."""
    ink = images.sum(axis=(1, 2))
    grid = np.arange(images.shape[1])
    return ink, (images.sum(axis=2) @ grid) / ink, (images.sum(axis=1) @ grid) / ink


@pytest.mark.parametrize(("part", "strength"), PARTS.items())
def test_each_part_changes_images_within_bounds(part: str, strength: float) -> None:
    images = blob()
    kept = images.copy()
    changed = Augmentation(**{part: strength})(images, np.random.default_rng(0))
    np.testing.assert_array_equal(images, kept)
    assert (changed.shape, changed.dtype) == (images.shape, np.float32)
    assert changed.min() >= 0
    assert changed.max() <= 1 + 1e-6
    assert np.mean([np.array_equal(a, b) for a, b in zip(changed, images, strict=True)]) < 0.1
    assert not ((changed > 0) & (changed < FAINT)).any()  # a fringe so faint is left out
    dim = Augmentation(**{part: strength})(images / 20, np.random.default_rng(0))
    np.testing.assert_allclose(dim * 20, changed, atol=1e-5)  # but not what is faint altogether


def test_shift_moves_the_centre_as_far_as_it_says() -> None:
    images = blob()
    shifted = Augmentation(shift=0.1)(images, np.random.default_rng(0))
    ink, rows, columns = moments(shifted)
    np.testing.assert_allclose(ink, 64, rtol=1e-4)
    assert set(np.unique(shifted)) == set(np.unique(images))  # by whole pixels
    for centre in (rows, columns):
        assert set(np.rint(centre - 13.5)) == {-2, -1, 0, 1, 2}  # 2.8 pixels at most
        assert abs(centre.mean() - 13.5) < 0.2


def test_shift_of_less_than_a_pixel_moves_too() -> None:
    small = blob()[:, 10:18, 10:18]
    *_, columns = moments(Augmentation(shift=0.1)(small, np.random.default_rng(0)))
    assert 0.7 < abs(columns - 3.5).max() <= 0.8 + FAINT / 10  # a fringe is left out


def test_rotation_keeps_ink_and_centre() -> None:
    ink, rows, columns = moments(Augmentation(rotate=30)(blob(), np.random.default_rng(0)))
    np.testing.assert_allclose(ink, 64, rtol=0.02)
    np.testing.assert_allclose(rows, 13.5, atol=0.1)
    np.testing.assert_allclose(columns, 13.5, atol=0.1)


def test_scale_changes_the_area() -> None:
    ink, *_ = moments(Augmentation(scale=0.2)(blob(), np.random.default_rng(0)))
    assert 64 * 0.8**2 - 2 < ink.min() < 45
    assert 85 < ink.max() < 64 * 1.2**2 + 2


def test_slant_moves_rows_in_proportion_to_their_height() -> None:
    images = Augmentation(shear=0.3)(blob(), np.random.default_rng(1))
    grid = np.arange(28)
    top, bottom = (images[:, row] @ grid / images[:, row].sum(axis=1) for row in (8, 19))
    np.testing.assert_allclose(top + bottom, 27, atol=0.1)
    assert abs(top - bottom).max() == pytest.approx(0.3 * 11, abs=0.2)


def test_thickness_goes_both_ways() -> None:
    ink, *_ = moments(Augmentation(thickness=1)(blob(), np.random.default_rng(0)))
    assert ink.min() < 40
    assert ink.max() > 90


def test_elastic_bends_by_about_the_strength() -> None:
    bend = Augmentation(elastic=4)._bend(2000, 28, 28, np.random.default_rng(0))
    assert np.sqrt(np.mean(bend**2)) == pytest.approx(0.04 * 28, rel=0.1)


def test_a_bend_moves_the_corners_as_it_says_and_neighbours_together() -> None:
    corners = np.eye(4, dtype=np.float32)[[0, 3]]
    np.testing.assert_allclose(interpolation(28)[:, [0, -1]].T, corners, atol=1e-6)
    np.testing.assert_allclose(interpolation(28).sum(axis=0), 1, atol=1e-6)  # all alike, all move
    assert abs(np.diff(interpolation(28), axis=1)).max() < 0.2


def test_looking_up_whole_positions_returns_the_image_and_zero_outside() -> None:
    images = np.random.default_rng(0).random((3, 5, 6), np.float32)
    rows, columns = (grid.astype(np.float32) for grid in np.mgrid[-2:7, -2:8])
    shape = (3, *rows.shape)
    found = sample_bilinear(images, np.broadcast_to(rows, shape), np.broadcast_to(columns, shape))
    expected = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    np.testing.assert_allclose(found, expected, atol=2e-3)
    halfway = sample_bilinear(
        images, np.full((3, 1, 1), 1.5, np.float32), np.full((3, 1, 1), 2.5, np.float32)
    )
    np.testing.assert_allclose(halfway[:, 0, 0], images[:, 1:3, 2:4].mean(axis=(1, 2)), rtol=1e-5)


def test_a_seed_fixes_the_changes_and_large_batches_are_cut() -> None:
    images = blob(600)
    augmentation = Augmentation(**PARTS)
    once, again = (augmentation(images, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert not np.array_equal(once, augmentation(images, np.random.default_rng(6)))
    assert augmentation(images[:0], np.random.default_rng(0)).shape == (0, 28, 28)


def test_batches_of_a_loader_are_changed_anew_each_epoch() -> None:
    train, _ = nn.load_digits()
    plain = nn.DataLoader(train, 32)
    loader = nn.DataLoader(train, 32, augment=Augmentation(shift=0.1), seed=1)
    first, second = loader.batch(0, 0)[0], loader.batch(1, 0)[0]
    assert first.shape == plain.batch(0, 0)[0].shape
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, loader.batch(0, 0)[0])
