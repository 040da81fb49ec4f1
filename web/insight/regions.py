"""Decision regions: what every unit of a network puts out, all over the plane."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from nncore.evaluate import activations
from nncore.layers import Dropout
from nncore.losses import Loss
from nncore.module import Sequential
from nncore.ops import Array
from web.insight.units import is_linear

REACH = 1.25  # the plane is seen at least from -REACH to REACH along both axes


class Regions(NamedTuple):
    """The outputs over a grid of side points, the first row at the top.

    Attributes
    ----------
    layers : for each hidden layer (units, side, side), after its activation.
    classes : (classes, side, side) probabilities.
    """

    layers: list[Array]
    classes: Array


def reach_of(samples: Array) -> float:
    """How far from 0 the plane is seen along both axes, so that (n, 2) samples lie in it."""
    return max(REACH, 1.05 * float(np.abs(samples).max(initial=0)))


def grid(side: int, reach: float = REACH) -> Array:
    """The points (side * side, 2) of a square grid over the plane, row by row from the top left."""
    along = np.linspace(-reach, reach, side, dtype=np.float32)
    x, y = np.meshgrid(along, along[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=1)


def place_picture(place: Array, reach: float, side: int = 23) -> Array:
    """The plane with its axes and a place (2,), as a picture (side, side) of values 0 to 1."""
    picture = np.zeros((side, side), np.float32)
    picture[side // 2] = picture[:, side // 2] = 0.3
    column, row = np.rint((np.clip(place / reach, -1, 1) * (1, -1) + 1) / 2 * (side - 1)).astype(int)
    picture[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 1
    return picture


def regions(model: Sequential, criterion: Loss, side: int, reach: float = REACH) -> Regions:
    """The regions of a network whose inputs are vectors of two features.

    Where its numbers grew beyond all bounds they are not finite.
    """
    layers = list(model)
    linear = [index for index, layer in enumerate(layers) if is_linear(layer)]
    found: list[Array] = []
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = activations(model, grid(side, reach))
        probabilities = criterion.probabilities(outputs[-1])
    for here, following in pairwise(linear):
        # What the next Linear layer gets; Dropout passes it on when it is not training.
        last = max(i for i in range(here, following) if not isinstance(layers[i], Dropout))
        found.append(outputs[last].T.reshape(-1, side, side))
    return Regions(found, probabilities.T.reshape(-1, side, side))
