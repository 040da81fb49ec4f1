"""Axis limits that hold still: they move seldom, by large round steps."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Losses = npt.NDArray[np.float64]
USUAL = 3.0  # a network of ten classes that knows nothing has a loss of ln 10 = 2.3
NICE = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0)


def nice_ceiling(value: float) -> float:
    """The next round number at or above a positive `value`: 1, 1.5, 2, 3, 5 or 7.5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in NICE if step * power >= value * (1 - 1e-9))


def epochs_end(epochs: float, planned: int) -> float:
    """Right end of the epoch axis after `epochs` epochs of `planned`."""
    end = nice_ceiling(max(1.0, epochs))
    return float(planned) if epochs <= planned < end else end


def loss_top(losses: Losses, shown: float | None, *, may_shrink: bool) -> float:
    """Top of the linear loss axis.

    Losses up to `USUAL` are all in view. Of higher ones the highest 2 % are left out, so that a wild start
    does not flatten all that follows. The axis grows at once when needed; it shrinks only when the caller
    allows it (at the end of an epoch), and only if the curve then uses less than half of it.

    Parameters
    ----------
    losses : smoothed training losses and test losses, `(points,)`; NaN is left out.
    shown : the present top, None before the first.
    """
    finite = losses[np.isfinite(losses)]
    if not finite.size:
        return shown or 3.0
    highest = max(min(float(finite.max()), USUAL), float(np.quantile(finite, 0.98)))
    wanted = nice_ceiling(max(1.05 * highest, 1e-3))
    if shown is None or wanted > shown or (may_shrink and wanted <= shown / 2):
        return wanted
    return shown


def losses_in_view(present: Losses, kept: Losses) -> Losses:
    """The losses that the linear axis is made for, from those of the present run and of `kept` ones.

    A kept run or a rival that went wild leaves the plot at its top instead of flattening the present one:
    beyond what that needs, and beyond `USUAL`, it does not count.
    """
    finite = present[np.isfinite(present)]
    if not finite.size:
        return kept
    return np.concatenate([present, kept[kept <= max(USUAL, float(finite.max()))]])


def log_limits(losses: Losses) -> tuple[float, float]:
    """Limits of the logarithmic loss axis: whole powers of ten, which change seldom by themselves."""
    positive = losses[np.isfinite(losses) & (losses > 0)]
    low, high = (float(positive.min()), float(positive.max())) if positive.size else (0.1, 1.0)
    return 10.0 ** min(-1, math.floor(math.log10(low))), 10.0 ** max(0, math.ceil(math.log10(high)))


def accuracy_bottom(accuracies: npt.NDArray[np.float64], zoomed: bool) -> float:
    """Bottom of the accuracy axis: 0, or zoomed in on the best part of the run."""
    finite = accuracies[np.isfinite(accuracies)]
    best = float(finite.max()) if finite.size else 0.0
    if not zoomed or best < 0.8:
        return 0.0
    return 0.98 if best >= 0.995 else 0.9 if best >= 0.97 else 0.8
