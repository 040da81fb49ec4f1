"""Points of the plane in two classes: small enough to see all that a network makes of them.

The four problems are those that TensorFlow Playground (Smilkov and Carter) made well known.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Dataset
from nncore.data.sets import DATASETS
from nncore.text import Text

SIZE, TEST_SIZE = 300, 300  # few to learn, so that a large network can be seen to learn them by heart
NAMES = (Text("blue"), Text("orange"))
PLANAR = ("circles", "spiral", "xor", "gaussians")  # their names
NOISE = 0.05
Places = NDArray[np.float64]
Draw = Callable[[NDArray[np.int64], np.random.Generator], tuple[Places, Places]]


def _add(name: str, label: str) -> Callable[[Draw], Draw]:
    """Make what draws points for labels 0 and 1, as x and y, a data set."""

    def decorate(draw: Draw) -> Draw:
        DATASETS.add(name, label, "noise")(lambda noise=NOISE: load_planar(name, draw, noise))
        return draw

    return decorate


def load_planar(name: str, draw: Draw, noise: float = NOISE) -> tuple[Dataset, Dataset]:
    """The points that `draw` puts for labels 0 and 1, as (train, test), the same each time.

    Each is moved by normal noise of standard deviation `noise`, of which nothing can be learnt.
    """
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.arange(SIZE + TEST_SIZE) % 2)
    samples = np.stack(draw(labels, rng), axis=1)
    samples += noise * rng.normal(size=samples.shape)
    about = (draw.__doc__ or "").strip()
    data = Dataset(samples.astype(np.float32), labels, name, 2, class_names=NAMES, noun="point", about=about)
    return data[:SIZE], data[SIZE:]


@_add("circles", "circles, in the plane")
def circles(labels: NDArray[np.int64], rng: np.random.Generator) -> tuple[Places, Places]:
    """A disc and a ring around it: no straight line parts them, three lines do."""
    radius = np.where(labels == 0, rng.uniform(0, 0.45, len(labels)), rng.uniform(0.65, 1, len(labels)))
    angle = rng.uniform(0, 2 * np.pi, len(labels))
    return radius * np.cos(angle), radius * np.sin(angle)


@_add("spiral", "spirals, in the plane")
def spiral(labels: NDArray[np.int64], rng: np.random.Generator) -> tuple[Places, Places]:
    """Two arms that wind around each other: hard for a small network."""
    along = np.sqrt(rng.uniform(0.01, 1, len(labels)))
    angle = 1.25 * along * 2 * np.pi + np.pi * labels
    return along * np.sin(angle), along * np.cos(angle)


@_add("xor", "opposite quarters (XOR), in the plane")
def xor(labels: NDArray[np.int64], rng: np.random.Generator) -> tuple[Places, Places]:
    """Opposite quarters belong together: what a single layer cannot learn (Minsky and Papert 1969)."""
    x = rng.uniform(0.05, 0.9, len(labels)) * rng.choice([-1, 1], len(labels))
    y = rng.uniform(0.05, 0.9, len(labels)) * np.sign(x) * np.where(labels == 0, 1, -1)
    return x, y


@_add("gaussians", "two clouds, in the plane")
def gaussians(labels: NDArray[np.int64], rng: np.random.Generator) -> tuple[Places, Places]:
    """Two clouds that overlap: a line parts them as well as can be, and whoever does better has memorised."""
    centre = np.where(labels == 0, 0.4, -0.4)
    x, y = centre + rng.normal(0, 0.3, (2, len(labels)))
    return x, y
