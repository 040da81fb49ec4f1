"""Layers between the products: Flatten and Dropout."""

from __future__ import annotations

import math

import numpy as np

from nncore.module import LAYERS, Module
from nncore.ops import Array


@LAYERS.add("Flatten", "rows of pixels")
class Flatten(Module):
    """All axes but the first made one; an image's values come in the order (c, h, w).

    Shape: `(n, ...)` -> `(n, features)`.
    """

    @property
    def expects(self) -> str:
        return "(batch, ...)"

    def __init__(self) -> None:
        self._shape: tuple[int, ...] | None = None

    def forward(self, x: Array) -> Array:
        self.check(x, x.ndim >= 2)
        self._shape = x.shape
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward_input(self, grad_output: Array) -> Array:
        shape = self.saved(self._shape)
        self.check_grad(grad_output, (shape[0], math.prod(shape[1:])))
        return grad_output.reshape(shape)


@LAYERS.add("Dropout", "dropout")
class Dropout(Module):
    """Zeroes each value with probability p while training; does nothing in evaluation.

    The other values are divided by `1 - p`, so that the expected value stays (Srivastava et al. 2014).

    Parameters
    ----------
    p : float                       from 0 up to, not including, 1
    rng : Generator, int or None    source of the masks, or a seed for one

    Shape: any -> the same.
    """

    def __init__(self, p: float = 0.5, rng: np.random.Generator | int | None = None) -> None:
        if not 0 <= p < 1:
            raise ValueError(f"Dropout: got p={p}, expected a number from 0 up to, not including, 1")
        self.p = p
        self.rng = np.random.default_rng(rng)
        self._mask: Array | None = None

    def forward(self, x: Array) -> Array:
        self.check(x)
        if not self.training or self.p == 0:
            self._mask = None
            return x
        keep = self.rng.random(x.shape, np.float32) >= self.p
        self._mask = keep * x.dtype.type(1 / (1 - self.p))
        return x * self._mask

    def backward_input(self, grad_output: Array) -> Array:
        if self._mask is None:
            return grad_output
        self.check_grad(grad_output, self._mask.shape)
        return grad_output * self._mask

    def extra_repr(self) -> str:
        return f"p={self.p}"
