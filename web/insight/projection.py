"""Test samples as points of a plane: how the last hidden layer sorts them."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nncore.data import Dataset
from nncore.evaluate import evaluating
from nncore.module import Sequential
from nncore.ops import Array
from web.insight.discriminant import Plane, fisher_plane, procrustes
from web.words import _

SLICE = 100  # samples between two places to rest


class Projection(NamedTuple):
    """The shown samples in a plane.

    Attributes
    ----------
    plane : in which the drawing can be placed too.
    points : (n, 2) places of the shown samples.
    predicted : (n,) int64, what the network takes them for.
    """

    plane: Plane
    points: Array
    predicted: npt.NDArray[np.int64]


def project(
    model: Sequential, fitted: Dataset, shown: Dataset, last: Projection | None = None
) -> Generator[None, None, Projection]:
    """Find the plane with the samples of `fitted` and place those of `shown` in it, as a job.

    The plane is fitted to other samples than it shows: where clusters are seen, the network parts what it was
    not asked to part.  `last`, a projection of the same samples, keeps the picture from turning.

    Raises
    ------
    FloatingPointError
        the network has diverged.
    """
    features, _ = yield from _last_hidden_of(model, fitted)
    plane = yield from fisher_plane(features, fitted.labels)
    features, output = yield from _last_hidden_of(model, shown)
    points = plane.points(features)
    if last is not None and last.points.shape == points.shape:
        turn = procrustes(points, last.points)
        plane, points = plane._replace(axes=plane.axes @ turn), points @ turn
    return Projection(plane, points, output.argmax(axis=1))


def last_hidden(model: Sequential, x: Array) -> tuple[Array, Array]:
    """What enters the last layer with weights `(n, d)` and what leaves it `(n, classes)`, for inputs x."""
    last = max(index for index, layer in enumerate(model) if layer.parameters())
    with evaluating(model):
        for layer in list(model)[:last]:
            x = layer(x)
        return x, model[last](x)


def _last_hidden_of(model: Sequential, data: Dataset) -> Generator[None, None, tuple[Array, Array]]:
    parts = []
    for start in range(0, len(data), SLICE):
        parts.append(last_hidden(model, data.inputs(slice(start, start + SLICE))))
        yield
    features, output = (np.concatenate(part) for part in zip(*parts, strict=True))
    if not (np.isfinite(features).all() and np.isfinite(output).all()):
        raise FloatingPointError(_("project: got outputs that are not finite: the network has diverged"))
    return features, output
