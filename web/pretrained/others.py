"""What is no digit: scribbles, two digits, letters and signs. The network learns to be unsure of them."""

from __future__ import annotations

import numpy as np

from nncore.preprocess import Stroke
from nncore.preprocess.strokes import Array, smooth_path
from web.pretrained.shapes import FORMS, Form, arc, line
from web.pretrained.writer import Lines, digit_lines, record

# Signs that no digit resembles, however they are slanted and squashed.
SIGNS: list[Form] = [
    [line((0, 1), (0.5, 0), (1, 1)), line((0.2, 0.6), (0.8, 0.6))],  # A
    [line((0.1, 1), (0.1, 0)), line((0.9, 1), (0.9, 0)), line((0.1, 0.5), (0.9, 0.5))],  # H
    [line((0.1, 0), (0.1, 1)), line((0.8, 0), (0.1, 0.5), (0.9, 1))],  # K
    [line((0, 1), (0.15, 0), (0.5, 0.7), (0.85, 0), (1, 1))],  # M
    [line((0, 0), (0.25, 1), (0.5, 0.3), (0.75, 1), (1, 0))],  # W
    [line((0, 1), (0, 0), (1, 1), (1, 0))],  # N
    [line((0.9, 0), (0.1, 0), (0.1, 1), (0.9, 1)), line((0.1, 0.5), (0.7, 0.5))],  # E
    [line((0, 1), (0, 0)), [arc(0.3, 0.25, 0.4, 0.25, -110, 110)], line((0.1, 0.5), (0.8, 1))],  # R
    [line((0, 0), (1, 1)), line((1, 0), (0, 1))],  # X
    [line((0.5, 0), (0.5, 1)), line((0, 0.5), (1, 0.5))],  # plus
    [line((0, 0.5), (1, 0.5)), line((0.5, 0), (0.5, 1)), line((0, 0), (1, 1)), line((1, 0), (0, 1))],
    [line((0.3, 0), (0.2, 1)), line((0.8, 0), (0.7, 1)), line((0, 0.3), (1, 0.3)), line((0, 0.7), (1, 0.7))],
    [line((0.5, 0), (1, 1), (0, 1), (0.5, 0))],  # triangle
    [line((0, 0.4), (0.5, 0), (1, 0.4)), line((0.1, 0.4), (0.1, 1), (0.9, 1), (0.9, 0.4))],  # house
    [line((0.1, 0), (0.9, 0), (0.9, 1), (0.1, 1), (0.1, 0)), line((0.1, 0), (0.9, 1))],  # crossed-out square
    [line((0, 0.5), (1, 0.5)), line((0.6, 0.2), (1, 0.5), (0.6, 0.8))],  # arrow
    [line((0.9, 0), (0.1, 1)), [arc(0.2, 0.2, 0.15, 0.15, 0, 360)], [arc(0.8, 0.8, 0.15, 0.15, 0, 360)]],  # %
    [line((0, 0.6), (0.2, 0.3), (0.4, 0.7), (0.6, 0.3), (0.8, 0.7), (1, 0.4))],  # zigzag, lying
    [line((0, 0.5), (1, 0.5))],
    [line((0, 0.3), (1, 0.3)), line((0, 0.7), (1, 0.7))],  # equals
    [line((0.2, 1), (0.5, 0), (0.8, 1), (0, 0.4), (1, 0.4), (0.2, 1))],  # star
    [[arc(0.25, 0.5, 0.25, 0.3, 0, 360)], [arc(0.75, 0.5, 0.25, 0.3, 0, 360)]],  # two rings side by side
]


_LEFT, _RIGHT, _TOP = (0.15, 0.4), (0.85, 0.4), (0.5, 0.0)  # a house's corners under the roof, and its ridge
_WEST, _EAST = (0.15, 1.0), (0.85, 1.0)  # on the ground
_WALLS = line(_LEFT, _WEST, _EAST, _RIGHT)

# Signs that are easily taken for digits.
MORE_SIGNS: list[Form] = [
    [_WALLS, line(_LEFT, _TOP, _RIGHT), line(_LEFT, _RIGHT)],
    [line(_WEST, _LEFT, _TOP, _RIGHT, _EAST, _WEST), line(_LEFT, _RIGHT)],
    [line(_LEFT, _RIGHT, _EAST, _WEST, _LEFT, _TOP, _RIGHT)],
    [_WALLS, line(_LEFT, _RIGHT), line((0, 0.42), _TOP, (1, 0.42))],  # eaves
    [_WALLS, line((0, 0.5), _TOP, (1, 0.5))],
    [_WALLS, line(_LEFT, _TOP, _RIGHT), line((0.4, 1), (0.4, 0.66), (0.6, 0.66), (0.6, 1))],  # a door
    [line(_WEST, _RIGHT, _LEFT, _TOP, _RIGHT, _EAST, _LEFT, _WEST, _EAST)],  # without lifting the pen
    [line((0, 0.5), (1, 0.5))],
    [[[(0, 0.5), (0.3, 0.47), (0.7, 0.54), (1, 0.5)]]],
]


def write_other(rng: np.random.Generator) -> list[Stroke]:
    """A drawing that stands for no single digit; many are houses and lone lines."""
    if rng.random() < 0.3:
        return record(digit_lines(MORE_SIGNS[rng.integers(len(MORE_SIGNS))], rng), rng)
    kind = rng.random()
    if kind < 0.35:
        lines = _pair(rng)
    elif kind < 0.65:
        lines = digit_lines(SIGNS[rng.integers(len(SIGNS))], rng)
    else:
        lines = _scribble(rng)
    return record(lines, rng)


def _pair(rng: np.random.Generator) -> Lines:
    """Two digits side by side, one often higher than the other, now and then touching."""
    lines: Lines = []
    right = 0.0
    slope = rng.normal(0, 0.08) if rng.random() < 0.6 else rng.uniform(-1, 1)
    for digit in rng.integers(0, 10, 2):
        forms = FORMS[int(digit)]
        written = digit_lines(forms[rng.integers(len(forms))], rng)
        every = np.concatenate(written)
        shift = np.array([right - every[:, 0].min(), slope * right], dtype=np.float32)
        lines += [part + shift for part in written]
        right += float(np.ptp(every[:, 0])) + rng.uniform(0.05, 0.4)
    return lines


def _scribble(rng: np.random.Generator) -> Lines:
    """A pen that wanders to and fro, often enough to be no digit."""
    corners = rng.random((int(rng.integers(9, 30)), 3)).astype(np.float32)
    if rng.random() < 0.3:  # crossing out: to and fro from left to right
        corners[:, 0] = np.linspace(0, 1, len(corners)) + rng.normal(0, 0.05, len(corners))
        corners[::2, 1] *= 0.3
        corners[1::2, 1] = 1 - 0.3 * corners[1::2, 1]
    path: Array = smooth_path(corners, 0.02) if rng.random() < 0.7 else corners
    return [path[:, :2]]
