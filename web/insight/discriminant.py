"""Fisher's discriminant directions: the plane in which classes lie furthest apart.

R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936: directions along which the
classes' means differ much, measured by how far the samples of one class scatter.  Principal components, which
know nothing of classes, show ten digits as one cloud instead.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nncore import ops
from nncore.ops import Array

SHRINKAGE = 0.3  # with none, as many units as samples would part even what a network cannot tell apart
ITERATIONS = 40  # of the solver, at most
TOLERANCE = 1e-2  # residual that is left, relative: far below what can be seen


class Plane(NamedTuple):
    """Where features are projected to: `(features - origin) @ axes`.

    Attributes
    ----------
    origin : (d,) mean of the features.
    axes : (d, 2), scaled so that a class scatters by about 1 along each.
    """

    origin: Array
    axes: Array

    def points(self, features: Array) -> Array:
        """The places (n, 2) of features (n, d)."""
        return ops.backend().matmul(features - self.origin, self.axes)


def fisher_plane(
    features: Array, labels: npt.NDArray[np.int64], shrinkage: float = SHRINKAGE
) -> Generator[None, None, Plane]:
    """The plane of the two best discriminant directions for features (n, d) of two or more classes, as a job.

    S is the covariance within classes, shrunk by `shrinkage` (0 to 1) towards its mean variance; the rows of
    M are the classes' means from the overall mean, weighted by the root of their shares.  The directions are
    the leading solutions of `M.T M v = c S v`.  They lie in the span of `X = inv(S) M.T`, so with `v = X a`
    the problem is one of the size of the classes: `(M X) a = c a`.  X is found by conjugate gradients, which
    multiply with the features alone: S, d by d, is never formed.
    """
    product, number = ops.backend().matmul, features.dtype.type
    classes, of = np.unique(labels, return_inverse=True)
    means = np.stack([features[of == index].mean(axis=0) for index in range(len(classes))])
    origin = features.mean(axis=0)
    shares = np.bincount(of)[:, None] / len(labels)
    M = (np.sqrt(shares) * (means - origin)).astype(features.dtype)
    scatter = (features - means[of]) / number(np.sqrt(len(features)))
    variance = float(np.vdot(scatter, scatter)) / features.shape[1] or 1.0

    def covariance(v: Array) -> Array:
        return (
            number(1 - shrinkage) * product(scatter.T, product(scatter, v)) + number(shrinkage * variance) * v
        )

    X = yield from solve(covariance, np.ascontiguousarray(M.T))
    separations, a = np.linalg.eigh(product(M, X).astype(np.float64))  # of the lower half: it is symmetric
    best = a[:, ::-1][:, :2] / np.sqrt(np.maximum(separations[::-1][:2], 1e-12))
    axes = product(X, np.ascontiguousarray(best.astype(features.dtype)))
    if len(classes) == 2:  # they have but one such direction
        axes[:, 1] = yield from _widest(scatter, axes[:, :1], covariance(axes[:, :1]))
    return Plane(origin, axes)


def solve(apply: Callable[[Array], Array], b: Array) -> Generator[None, None, Array]:
    """The x with `apply(x) = b` for each column of b (d, k), by conjugate gradients (Hestenes, Stiefel 1952).

    `apply` multiplies columns with a symmetric, positive matrix.  A job: it rests after every product.
    """
    x, residual = np.zeros_like(b), b.copy()
    direction, size = residual.copy(), _squares(residual)
    enough = TOLERANCE**2 * size
    for _ in range(ITERATIONS):
        going = size > enough
        if not going.any():
            break
        applied = apply(direction)
        step = np.where(going, size / np.maximum(np.sum(direction * applied, axis=0), 1e-30), 0)
        x += step * direction
        residual -= step * applied
        before, size = size, _squares(residual)
        direction = residual + np.where(going, size / np.maximum(before, 1e-30), 0) * direction
        yield
    return x


def procrustes(points: Array, last: Array) -> Array:
    """The rotation or reflection (2, 2) that brings points (n, 2) nearest to `last` (P. Schönemann 1966).

    `points @ procrustes(points, last)` has the least sum of squared distances: with `points.T @ last = U D V`
    it is `U @ V`.
    """
    U, _, V = np.linalg.svd((points.T @ last).astype(np.float64))
    return (U @ V).astype(points.dtype)


def _widest(scatter: Array, first: Array, s_first: Array) -> Generator[None, None, Array]:
    """The direction (d,) of the largest scatter among those that S puts at right angles to `first` (d, 1).

    Power iteration; `s_first` is `S @ first`, and `first.T @ S @ first = 1`.
    """
    product = ops.backend().matmul
    v = np.ones_like(first)
    for _ in range(ITERATIONS):
        v -= first * np.vdot(s_first, v)
        v = product(scatter.T, product(scatter, v))
        v /= np.sqrt(np.vdot(v, v)) or 1
        yield
    v -= first * np.vdot(s_first, v)
    spread = product(scatter, v)
    return (v / (np.sqrt(np.vdot(spread, spread)) or 1))[:, 0]


def _squares(columns: Array) -> Array:
    return np.sum(columns * columns, axis=0)
