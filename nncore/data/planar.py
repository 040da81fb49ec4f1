"""Points of the plane in two classes: small enough to see all that a network makes of them.

The four problems are those that TensorFlow Playground (Smilkov and Carter) made well known.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Dataset
from nncore.data.sets import DATASETS

SIZE, TEST_SIZE = 600, 300
NAMES = ("blue", "orange")
Points = NDArray[np.float64]
Draw = Callable[[NDArray[np.int64], np.random.Generator], Points]


def _add(name: str, label: str) -> Callable[[Draw], Draw]:
    """Make what draws points for labels 0 and 1 a data set."""

    def decorate(draw: Draw) -> Draw:
        DATASETS.add(name, label)(lambda: load_planar(name, draw))
        return draw

    return decorate


def load_planar(name: str, draw: Draw) -> tuple[Dataset, Dataset]:
    """The points that `draw` puts for labels 0 and 1, as (train, test), the same each time."""
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.arange(SIZE + TEST_SIZE) % 2)
    samples = draw(labels, rng).astype(np.float32)
    data = Dataset(
        samples, labels, name, 2, class_names=NAMES, noun="point", about=(draw.__doc__ or "").strip()
    )
    return data[:SIZE], data[SIZE:]


@_add("circles", "circles, in the plane")
def circles(labels: NDArray[np.int64], rng: np.random.Generator) -> Points:
    """A disc and a ring around it: no straight line parts them, three lines do."""
    radius = np.where(labels == 0, rng.uniform(0, 0.45, len(labels)), rng.uniform(0.65, 1, len(labels)))
    angle = rng.uniform(0, 2 * np.pi, len(labels))
    return _noisy(radius * np.cos(angle), radius * np.sin(angle), 0.07, rng)


@_add("spiral", "spirals, in the plane")
def spiral(labels: NDArray[np.int64], rng: np.random.Generator) -> Points:
    """Two arms that wind around each other: hard for a small network."""
    along = np.sqrt(rng.uniform(0.01, 1, len(labels)))
    angle = 1.25 * along * 2 * np.pi + np.pi * labels
    return _noisy(along * np.sin(angle), along * np.cos(angle), 0.03, rng)


@_add("xor", "opposite quarters (XOR), in the plane")
def xor(labels: NDArray[np.int64], rng: np.random.Generator) -> Points:
    """Opposite quarters belong together: what a single layer cannot learn (Minsky and Papert 1969)."""
    x = rng.uniform(0.05, 0.9, len(labels)) * rng.choice([-1, 1], len(labels))
    y = rng.uniform(0.05, 0.9, len(labels)) * np.sign(x) * np.where(labels == 0, 1, -1)
    return _noisy(x, y, 0.05, rng)


@_add("gaussians", "two clouds, in the plane")
def gaussians(labels: NDArray[np.int64], rng: np.random.Generator) -> Points:
    """Two clouds that overlap: a line parts them as well as can be, and whoever does better has memorised."""
    centre = np.where(labels == 0, 0.4, -0.4)
    return _noisy(centre, centre, 0.32, rng)


def _noisy(x: Points, y: Points, noise: float, rng: np.random.Generator) -> Points:
    """Points (n, 2) moved by normal noise of standard deviation `noise`."""
    return np.stack([x, y], axis=1) + rng.normal(0, noise, (len(x), 2))
