"""Layers between the products: Flatten, Dropout and BatchNorm1d."""

from __future__ import annotations

import math

import numpy as np

from nncore.module import Module
from nncore.ops import Array
from nncore.parameter import Parameter


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


class BatchNorm1d(Module):
    """Each feature brought to mean 0 and variance 1 over the batch, then scaled and shifted.

        xhat = (x - mean) / sqrt(var + eps);    y = weight * xhat + bias

    While training, mean and (biased) variance are the batch's, and running values follow them:
    `running = (1 - momentum) * running + momentum * batch`, with the unbiased variance, as in PyTorch.
    In evaluation the running values are used (Ioffe & Szegedy 2015).

    Shape: `(n, num_features)` -> the same; training needs n > 1.

    Attributes
    ----------
    weight, bias : Parameter of shape (num_features,)           ones and zeros at first
    running_mean, running_var : ndarray of shape (num_features,)
    """

    buffer_names = ("running_mean", "running_var")

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features, np.float32))
        self.bias = Parameter(np.zeros(num_features, np.float32))
        self.running_mean: Array = np.zeros(num_features, np.float32)
        self.running_var: Array = np.ones(num_features, np.float32)
        self._xhat: Array | None = None
        self._scale: Array | None = None  # 1 / sqrt(var + eps)
        self._from_batch = False

    @property
    def expects(self) -> str:
        return f"(batch, {self.num_features}), at least 2 samples in training"

    def forward(self, x: Array) -> Array:
        n = len(x)
        ok = x.ndim == 2 and x.shape[1] == self.num_features and (n > 1 or not self.training)
        self.check(x, ok, self.weight.data.dtype)
        self._from_batch = self.training
        if self.training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (var * (n / (n - 1)) - self.running_var)
        else:
            mean, var = self.running_mean, self.running_var
        self._scale = 1 / np.sqrt(var + x.dtype.type(self.eps))
        self._xhat = (x - mean) * self._scale
        return self._xhat * self.weight.data + self.bias.data

    def backward_params(self, grad_output: Array) -> None:
        """`weight.grad += (g * xhat).sum(0)`, `bias.grad += g.sum(0)`."""
        xhat = self.saved(self._xhat)
        self.check_grad(grad_output, xhat.shape)
        self.weight.add_grad(lambda out: np.sum(grad_output * xhat, axis=0, out=out))
        self.bias.add_grad(lambda out: np.sum(grad_output, axis=0, out=out))

    def backward_input(self, grad_output: Array) -> Array:
        """`scale * (g' - mean(g') - xhat * mean(g' * xhat))` with `g' = g * weight`.

        In evaluation, where mean and variance are constants, `scale * g'`.
        """
        xhat, scale = self.saved(self._xhat), self.saved(self._scale)
        self.check_grad(grad_output, xhat.shape)
        grad = grad_output * self.weight.data
        if self._from_batch:
            grad = grad - grad.mean(axis=0) - xhat * (grad * xhat).mean(axis=0)
        return grad * scale

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"
