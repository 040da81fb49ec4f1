"""Pen strokes as the sketch pad sends them, and the smooth curve through their points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

#: Pressure that leaves a stroke's width as it is; a mouse reports it throughout.
NEUTRAL_PRESSURE = 0.5
_PIECES = 6  # straight pieces per curve section, before resampling by length


def at_neutral_pressure(places: NDArray[np.floating]) -> Array:
    """Places (N, 2) as the points (N, 3) of a `Stroke`."""
    return np.column_stack([places, np.full(len(places), NEUTRAL_PRESSURE)]).astype(np.float32)


@dataclass(frozen=True)
class Stroke:
    """One movement of the pen (or eraser) from touching the pad to leaving it.

    Attributes
    ----------
    points : float32 ndarray of shape (N, 3), N >= 1
        x to the right and y downwards in pad units, 0..1 across the pad, then pressure 0..1 (0.5 is neutral).
    width : float       pen width in pad units at neutral pressure
    erase : bool        take ink away instead of adding it

    Raises ValueError for points of another shape or not finite, and for a width that is not positive.
    """

    points: Array
    width: float
    erase: bool = False

    def __post_init__(self) -> None:
        points = np.asarray(self.points, dtype=np.float32)
        if points.ndim != 2 or points.shape[1] != 3 or len(points) == 0:
            raise ValueError(
                f"Stroke.points: got shape {points.shape}, expected (N, 3) with N >= 1: "
                "x, y and pressure per point"
            )
        if not np.isfinite(points).all():
            raise ValueError("Stroke.points: got NaN or infinity, expected finite numbers")
        if not self.width > 0:
            raise ValueError(f"Stroke.width: got {self.width}, expected a positive width in pad units")
        object.__setattr__(self, "points", points)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Stroke:
        """A stroke from plain data: {"points": [[x, y, pressure], ...], "width": w, "erase": bool}."""
        points = np.asarray(data["points"], dtype=np.float32)
        return cls(points, float(data["width"]), bool(data.get("erase")))

    def moved(self, scale: float, shift: Array) -> Stroke:
        """The stroke with points and width multiplied by `scale`, then shifted by `shift`, (x, y)."""
        points = self.points.copy()
        points[:, :2] = points[:, :2] * scale + shift
        return replace(self, points=points, width=self.width * scale)


def as_strokes(drawing: Sequence[Stroke | Mapping[str, Any]]) -> list[Stroke]:
    """Strokes from `Stroke` objects or the pad's plain dictionaries, in drawing order."""
    return [s if isinstance(s, Stroke) else Stroke.from_dict(s) for s in drawing]


def smooth_path(points: Array, step: float) -> Array:
    """Points `(M, 3)` float32, M >= 1, along a smooth curve through `points`, about `step` apart.

    The curve is made of cubic Bezier sections. Each tangent follows the line between a point's two
    neighbours, weighted by distance so that unevenly spaced points make no loops (a chord-length
    Catmull-Rom spline), and vanishes where the pen turns sharply, so that corners stay corners.  The first
    and last points are the stroke's own.

    Parameters
    ----------
    points : ndarray of shape (N, 3)    as in `Stroke`
    step : float                        in the points' own unit
    """
    lengths = np.hypot(*np.diff(points[:, :2], axis=0).T)
    points = points[np.concatenate(([True], lengths > 1e-6))]
    if len(points) > 2:
        points = _bezier(points)
    lengths = np.hypot(*np.diff(points[:, :2], axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(lengths)))
    samples = np.linspace(0.0, along[-1], int(np.ceil(along[-1] / step)) + 1)
    return np.stack([np.interp(samples, along, column) for column in points.T], axis=1).astype(np.float32)


def _bezier(points: Array) -> Array:
    """(N, 3) points to ((N - 1) * pieces + 1, 3) points on the curve through them."""
    before, after = points[1:-1] - points[:-2], points[2:] - points[1:-1]
    length_before = np.hypot(before[:, 0], before[:, 1])[:, None]
    length_after = np.hypot(after[:, 0], after[:, 1])[:, None]
    tangent = (before + after) / (length_before + length_after)
    sharp = (before[:, :2] * after[:, :2]).sum(axis=1) <= 0
    tangent[sharp] = 0
    start, end = points[:-1], points[1:]
    out, into = start.copy(), end.copy()
    out[1:] += tangent * length_after / 3
    into[:-1] -= tangent * length_before / 3
    t = (np.arange(1, _PIECES + 1, dtype=np.float32) / _PIECES)[None, :, None]
    u = 1 - t
    curve = (
        u**3 * start[:, None]
        + 3 * u**2 * t * out[:, None]
        + 3 * u * t**2 * into[:, None]
        + t**3 * end[:, None]
    )
    return np.concatenate([points[:1], curve.reshape(-1, 3)])
