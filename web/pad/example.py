"""A digit for the pad to begin with."""

from __future__ import annotations

import numpy as np

from nncore.ops import Array
from nncore.preprocess import Stroke, rasterise

SIDE = 224  # pixels
PLACES = (
    (24, 20),
    (42, 10),
    (62, 15),
    (67, 32),
    (56, 45),
    (43, 49),
    (60, 53),
    (72, 67),
    (68, 83),
    (48, 92),
    (25, 86),
)


def example() -> Array:
    """A 3 as a pen draws it, (SIDE, SIDE) float32, 1 for ink."""
    points = np.array([(x / 100, y / 100, 0.5) for x, y in PLACES], np.float32)
    return rasterise([Stroke(points, 0.065)], SIDE)
