"""Batch normalisation of features and of channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nncore import ops
from nncore.activations import Activation
from nncore.block import Fusable, fused
from nncore.image_ops import BlockOutput, Window, channels_first, channels_last
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

    buffer_names = ("running_mean", "running_var")
    axes: tuple[str, ...]  # of the input, behind batch and features

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features, np.float32))
        self.bias = Parameter(np.zeros(num_features, np.float32))
        self.running_mean: Array = np.zeros(num_features, np.float32)
        self.running_var: Array = np.ones(num_features, np.float32)
        self._x: Array | None = None
        self._mean: Array = self.running_mean
        self._scale: Array = self.running_var  # 1 / sqrt(var + eps)
        self._factor: Array = self.running_var  # weight * scale
        self._from_batch = False

    @property
    def expects(self) -> str:
        shape = ", ".join(["batch", str(self.num_features), *self.axes])
        return f"({shape}), at least 2 {'positions' if self.axes else 'samples'} in training"

    def operands(self, x: Array) -> tuple[Array, Array, Array, Array]:
        ok = x.ndim == 2 + len(self.axes) and x.shape[1] == self.num_features
        enough = not self.training or x.size > self.num_features  # one value has no variance
        self.check(x, ok and enough, self.weight.data.dtype)
        self._x, self._from_batch = x, self.training
        if self.training:
            rows = self._rows(x)
            n, (mean, var) = len(rows), ops.backend().moments(rows)
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (var * (n / (n - 1)) - self.running_var)
        else:
            mean, var = self.running_mean.copy(), self.running_var
        self._mean, self._scale = mean, 1 / np.sqrt(var + x.dtype.type(self.eps))
        self._factor = self.weight.data * self._scale
        return x, mean, self._factor, self.bias.data

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
        self._add_grads(*self._sums(grad_output))

    def backward_input(self, grad_output: Array) -> Array:
        """`scale * weight * (g - mean(g) - xhat * mean(g * xhat))`, where `scale` is `1 / sqrt(var + eps)`.

        In evaluation, where mean and variance are constants, `scale * weight * g`.
        """
        if not self._from_batch:
            return self._unrows(self._grad_rows(grad_output) * self._factor)
        return self._through_batch(grad_output, *self._sums(grad_output))

    def backward(self, grad_output: Array) -> Array:
        if not self._from_batch:
            return super().backward(grad_output)
        total, product = self._sums(grad_output)  # which both of its halves need
        self._add_grads(total, product)
        return self._through_batch(grad_output, total, product)

    def _sums(self, grad_output: Array) -> tuple[Array, Array]:
        """`sum(g)` and `sum(g * xhat)`."""
        grad, rows = self._grad_rows(grad_output), self._rows(self.saved(self._x))
        total, product = ops.backend().normalize_sums(grad, rows, self._mean)
        return total, product * self._scale

    def _add_grads(self, total: Array, product: Array) -> None:
        self.weight.add_grad(lambda _: product)
        self.bias.add_grad(lambda _: total)

    def _through_batch(self, grad_output: Array, total: Array, product: Array) -> Array:
        grad, rows = self._grad_rows(grad_output), self._rows(self.saved(self._x))
        n, mean, factor = len(rows), self._mean, self._factor
        slope = product * self._scale / n  # of what is to be taken away, along x
        return self._unrows(ops.backend().normalize_grad(grad, rows, mean, factor, total / n, slope))

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
