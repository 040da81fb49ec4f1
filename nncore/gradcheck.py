"""Are the gradients right?  Comparison with finite differences.

For a scalar function L and one number p it depends on, `dL/dp = (L(p + e) - L(p - e)) / (2 e) + O(e**2)`.

ReLU and max pooling have kinks, where there is no derivative to compare.  Empty image regions sit exactly on
them as long as biases are 0, so inputs are moved a little at random first (`jitter`).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nncore.losses import Loss
from nncore.module import Module, Sequential
from nncore.ops import Array
from nncore.rng_state import restore_rngs, rng_states

TOLERANCE = 1e-4  # a right gradient's relative error is below it


@dataclass(frozen=True)
class GradientSample:
    """One derivative, computed twice.

    Attributes
    ----------
    name : str                  'input', or the parameter, such as '1.weight'
    index : tuple of int        which of its numbers
    analytic : float            from the backward pass
    numeric : float             from the central difference
    noise : float               what rounding in L does to `numeric`: machine epsilon times `|L| / e`
    """

    name: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    noise: float

    @property
    def relative_error(self) -> float:
        """`|analytic - numeric| / max(|analytic|, |numeric|, 1e5 * noise)`; see `TOLERANCE`.

        The last term keeps derivatives near 0, of which the noise is a large part, from looking wrong.
        Infinite if one of the two is not a finite number.
        """
        if not math.isfinite(self.analytic - self.numeric):
            return math.inf
        size = max(abs(self.analytic), abs(self.numeric), 1e5 * self.noise)
        return abs(self.analytic - self.numeric) / size if size > 0 else 0.0


def gradcheck(
    what: Module | Loss,
    x: Array,
    criterion: Loss | None = None,
    target: np.ndarray | None = None,
    *,
    samples: int = 10,
    eps: float = 1e-6,
    jitter: float = 0.01,
    seed: int = 0,
) -> list[GradientSample]:
    """All of `gradient_samples`, which tells what the arguments are.

    >>> import numpy as np
    >>> from nncore import Linear
    >>> max(s.relative_error for s in gradcheck(Linear(3, 2, rng=0), np.ones((4, 3)))) < 1e-6
    True
    """
    return list(
        gradient_samples(what, x, criterion, target, samples=samples, eps=eps, jitter=jitter, seed=seed)
    )


def gradient_samples(
    what: Module | Loss,
    x: Array,
    criterion: Loss | None = None,
    target: np.ndarray | None = None,
    *,
    samples: int = 10,
    eps: float = 1e-6,
    jitter: float = 0.01,
    seed: int = 0,
) -> Iterator[GradientSample]:
    """Compare the backward pass with finite differences, in float64 and on a copy: nothing is changed.

    One sample at a time, for those who have something else to do in between.

    Parameters
    ----------
    what : Module or Loss       a layer, a model, or a loss by itself (then x is its `output`)
    x : float array             a batch of inputs
    criterion, target           loss of the model's output; without them, a fixed random weighted sum of it
    samples : int               how many numbers of the input and of each parameter to try, drawn at random
    eps : float                 half the distance of the difference
    jitter : float              inputs are raised by random amounts of up to this much
    seed : int                  for the draw
    """
    model: Module
    if isinstance(what, Loss):
        model, criterion = Sequential(), what
    else:
        model = copy.deepcopy(what).to(np.float64)
    rng = np.random.default_rng(seed)
    x = x + jitter * rng.random(x.shape)
    if criterion is None or target is None:
        criterion, target = _WeightedSum(rng), np.empty(0)
    states = rng_states(model)

    def loss() -> float:
        restore_rngs(model, states)  # dropout must draw the same mask each time
        return criterion(model(x), target)

    noise = float(np.finfo(np.float64).eps) * abs(loss()) / eps
    model.zero_grad()
    checked: list[tuple[str, Array, Array]] = [("input", x, model.backward(criterion.backward()))]
    checked += [(name, p.data, p.grad) for name, p in model.named_parameters() if p.grad is not None]
    for name, values, grad in checked:
        for flat in rng.permutation(values.size)[:samples]:
            index = tuple(int(i) for i in np.unravel_index(flat, values.shape))
            kept = values[index]
            values[index] = kept + eps
            above = loss()
            values[index] = kept - eps
            below = loss()
            values[index] = kept
            yield GradientSample(name, index, float(grad[index]), (above - below) / (2 * eps), noise)


class _WeightedSum(Loss):
    """The sum of the output with fixed random weights: a loss for a layer by itself, which has no target."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__()
        self._rng = rng

    def forward(self, output: Array, target: np.ndarray) -> float:
        if self._grad is None:
            self._grad = self._rng.standard_normal(output.shape)
        return float(np.sum(output * self._grad))
