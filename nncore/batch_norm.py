"""Batch normalisation of features and of channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nncore import ops
from nncore.activations import Activation
from nncore.block import Fusable, fused
from nncore.errors import ShapeError
from nncore.image_ops import BlockOutput, PooledGrad, Window, channels_first, channels_last
from nncore.module import LAYERS, Module
from nncore.ops import Array
from nncore.parameter import Parameter


class _BatchNorm(Fusable):
    """Each feature brought to mean 0 and variance 1 over the batch, then scaled and shifted.

        xhat = (x - mean) / sqrt(var + eps);    y = weight * xhat + bias

    While training, mean and (biased) variance are the batch's, and running values follow them:
    `running = (1 - momentum) * running + momentum * batch`, with the unbiased variance, as in PyTorch.
    In evaluation the running values are used (Ioffe & Szegedy 2015).
    """

    takes_pooled = ("backward",)
    buffer_names = ("running_mean", "running_var")
    axes: tuple[str, ...]  # of the input, behind batch and features

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features, np.float32))
        self.bias = Parameter(np.zeros(num_features, np.float32))
        self.running_mean: Array = np.zeros(num_features, np.float32)
        self.running_var: Array = np.ones(num_features, np.float32)
        self._x: Array | None = None
        # what the last output was computed with
        self.mean: Array = self.running_mean
        self.scale: Array = self.running_var  # 1 / sqrt(var + eps)
        self.factor: Array = self.running_var  # weight * scale
        self.from_batch = False

    @property
    def expects(self) -> str:
        return f"({', '.join(['batch', str(self.num_features), *self.axes])})"

    def operands(
        self, x: Array, known: tuple[Array, Array] | None = None
    ) -> tuple[Array, Array, Array, Array]:
        """As of every `Fusable`; `known`: mean and variance of each feature of x, if somebody has them."""
        ok = x.ndim == 2 + len(self.axes) and x.shape[1] == self.num_features
        self.check(x, ok, self.weight.data.dtype)
        self._x, rows = x, self._rows(x)
        self.prepare(len(rows), lambda: known or ops.backend().moments(rows))
        return x, self.mean, self.factor, self.bias.data

    def prepare(self, n: int, moments: Callable[[], tuple[Array, Array]]) -> None:
        """Take mean and variance for n rows: in training what `moments` gives, else the running values."""
        if self.training and n < 2:
            what = "position" if self.axes else "sample"
            raise ShapeError(f"{self.label}: got {n} {what}, expected at least 2, which have a variance")
        self.from_batch = self.training
        if self.training:
            mean, var = moments()
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (var * (n / (n - 1)) - self.running_var)
        else:
            mean, var = self.running_mean.copy(), self.running_var
        self.mean, self.scale = mean, 1 / np.sqrt(var + var.dtype.type(self.eps))
        self.factor = self.weight.data * self.scale

    def compute(self, operands: tuple[Any, ...]) -> Array:
        x, *numbers = operands
        return self._unrows(ops.backend().normalize(self._rows(x), *numbers))

    def compute_block(
        self, operands: tuple[Any, ...], activation: Activation, window: Window | None
    ) -> BlockOutput | None:
        x, mean, factor, bias = operands
        return ops.backend().normalize_block(channels_last(x), mean, factor, bias, activation, window)

    def fuse(self, following: Sequence[Module]) -> tuple[Module, int]:
        """With an activation, and with the pooling after it.  Subclasses may compute something else."""
        return fused(self, following) if type(self) in (BatchNorm1d, BatchNorm2d) else (self, 0)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the last output, channels last."""
        return channels_last(self.saved(self._x)).shape

    def _rows(self, x: Array) -> Array:
        """`x` as a matrix with one column per feature."""
        return channels_last(x).reshape(-1, self.num_features)

    def _unrows(self, rows: Array) -> Array:
        """Undo `_rows`, for the shape of the last input."""
        return channels_first(rows.reshape(self.output_shape))

    def backward_params(self, grad_output: Array) -> None:
        """`weight.grad += (g * xhat).sum(0)`, `bias.grad += g.sum(0)`."""
        self.add_grads(*self._sums(grad_output))

    def backward_input(self, grad_output: Array) -> Array:
        """`scale * weight * (g - mean(g) - xhat * mean(g * xhat))`, where `scale` is `1 / sqrt(var + eps)`.

        In evaluation, where mean and variance are constants, `scale * weight * g`.
        """
        if not self.from_batch:
            return self._unrows(self._grad_rows(grad_output) * self.factor)
        return self._through_batch(grad_output)[0]

    def backward(self, grad_output: Array | PooledGrad) -> Array:
        if not self.from_batch:
            return super().backward(self.spread(grad_output))
        grad_input, total, product = self._through_batch(grad_output)
        self.add_grads(total, product)
        return grad_input

    def gradient_at(self, x: Array, grad_output: Array) -> Array:
        """`backward_input` where the input of the last output was not kept, but made again."""
        self._x = x
        return self.backward_input(grad_output)

    def _sums(self, grad_output: Array) -> tuple[Array, Array]:
        """`sum(g)` and `sum(g * xhat)`."""
        grad, rows = self._grad_rows(grad_output), self._rows(self.saved(self._x))
        return ops.backend().normalize_sums(grad, rows, self.mean, self.scale)

    def add_grads(self, total: Array, product: Array) -> None:
        """Add the gradients of bias and weight, given what `_sums` gives."""
        self.weight.add_grad(lambda _: product)
        self.bias.add_grad(lambda _: total)

    def _through_batch(self, grad_output: Array | PooledGrad) -> tuple[Array, Array, Array]:
        """The gradient in x, and what `_sums` gives, which it needs."""
        x, back = channels_last(self.saved(self._x)), ops.backend().normalize_backward
        if not isinstance(grad_output, PooledGrad):
            self.check_grad(grad_output, self.saved(self._x).shape)
            grad_output = channels_last(grad_output)
        grad_input, total, product = back(grad_output, x, self.mean, self.scale, self.factor)
        return channels_first(grad_input), total, product

    def _grad_rows(self, grad_output: Array) -> Array:
        self.check_grad(grad_output, self.saved(self._x).shape)
        return self._rows(grad_output)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


@LAYERS.add("BatchNorm1d", "batch norm of features")
class BatchNorm1d(_BatchNorm):
    """Batch normalisation of each feature over the samples; see `_BatchNorm` for the formulas.

    Shape: `(n, num_features)` -> the same; training needs n > 1.

    Attributes
    ----------
    weight, bias : Parameter of shape (num_features,)           ones and zeros at first
    running_mean, running_var : ndarray of shape (num_features,)
    """

    axes = ()


@LAYERS.add("BatchNorm2d", "batch norm of channels")
class BatchNorm2d(_BatchNorm):
    """Batch normalisation of each channel over samples and positions; see `_BatchNorm` for the formulas.

    Shape: `(n, num_features, h, w)` -> the same; training needs n * h * w > 1.

    Its attributes are those of `BatchNorm1d`.
    """

    axes = ("height", "width")
