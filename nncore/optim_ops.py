"""The optimisers' steps, as a part of `nncore.ops.NumpyOps`, whose conventions hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nncore.arrays import Array


class OptimOps:
    """Mixin of `NumpyOps` with one step of each optimiser."""

    #: Whether `linear_sgd_step` and `linear_adam_step` are offered.
    steps_with_products = False

    def sgd_step(
        self,
        param: Array,
        grad: Array,
        buf: Array | None,
        *,
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        """One step of stochastic gradient descent, in place on `param` and `buf` (C-contiguous, one shape).

            g = grad + weight_decay * param
            buf = momentum * buf + g
            d = g without momentum, g + momentum * buf if nesterov, else buf
            param -= lr * d

        `buf` starts as zeros; it is None exactly if `momentum` is 0.  `grad` is left as it is.
        """
        for p, g, b in _chunks(param, grad, buf):
            if weight_decay:
                g = g + weight_decay * p
            if b is not None:
                b *= momentum
                b += g
                g = g + momentum * b if nesterov else b
            p -= lr * g

    def adam_step(
        self,
        param: Array,
        grad: Array,
        m: Array,
        v: Array,
        *,
        lr: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled: bool = False,
        step: int,
    ) -> None:
        """One step of Adam, or AdamW if `decoupled`, in place on `param`, `m`, `v` (C-contiguous, one shape).

            decoupled:  param *= 1 - lr * weight_decay        otherwise:  g = grad + weight_decay * param
            m = b1 * m + (1 - b1) * g;   v = b2 * v + (1 - b2) * g**2
            param -= lr / (1 - b1**step) * m / (sqrt(v / (1 - b2**step)) + eps)

        `step` counts from 1 (Kingma & Ba 2015; Loshchilov & Hutter 2019).  `grad` is left as it is.
        """
        b1, b2 = betas
        rate = lr / (1 - b1**step)
        root = float(np.sqrt(1 - b2**step))
        for p, g, m_, v_ in _chunks(param, grad, m, v):
            if weight_decay and decoupled:
                p *= 1 - lr * weight_decay
            elif weight_decay:
                g = g + weight_decay * p
            m_ *= b1
            m_ += (1 - b1) * g
            v_ *= b2
            v_ += (1 - b2) * (g * g)
            d = np.sqrt(v_)
            d /= root
            d += eps
            np.divide(m_, d, out=d)
            d *= rate
            p -= d

    def linear_sgd_step(
        self, param: Array, x: Array, grad: Array, buf: Array | None, **settings: Any
    ) -> bool:
        """`sgd_step` with the gradient `x.T @ grad`, which nobody gets to see; False if that is not offered.

        A gradient that is used up as it is computed need not travel to memory and back.  Nothing is changed
        where the answer is False, as it always is here: NumPy has no such operation.
        """
        return False

    def linear_adam_step(
        self, param: Array, x: Array, grad: Array, m: Array, v: Array, **settings: Any
    ) -> bool:
        """`adam_step` with the gradient `x.T @ grad`, as `linear_sgd_step` does it; False if not offered."""
        return False


def _chunks(*arrays: Array | None, size: int = 1 << 17) -> Iterator[list[Any]]:
    """The same stretch of each (C-contiguous) array, short enough for small temporaries; None stays None."""
    flat = [None if a is None else a.reshape(-1) for a in arrays]
    total = next(a.size for a in flat if a is not None)
    for i in range(0, total, size):
        yield [None if a is None else a[i : i + size] for a in flat]
