"""Batch normalisation of features and of channels."""

from __future__ import annotations

import numpy as np

from nncore import ops
from nncore.module import LAYERS, Module
from nncore.ops import Array
from nncore.parameter import Parameter


class _BatchNorm(Module):
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
        self._xhat: Array | None = None
        self._scale: Array | None = None  # 1 / sqrt(var + eps)
        self._shape: tuple[int, ...] = ()
        self._from_batch = False

    @property
    def expects(self) -> str:
        shape = ", ".join(["batch", str(self.num_features), *self.axes])
        return f"({shape}), at least 2 {'positions' if self.axes else 'samples'} in training"

    def _rows(self, x: Array) -> Array:
        """`x` as a matrix with one column per feature."""
        return np.moveaxis(x, 1, -1).reshape(-1, self.num_features)

    def _unrows(self, rows: Array) -> Array:
        """Undo `_rows`, for the shape of the last input."""
        n, c, *rest = self._shape
        return np.moveaxis(rows.reshape(n, *rest, c), -1, 1)

    def forward(self, x: Array) -> Array:
        ok = x.ndim == 2 + len(self.axes) and x.shape[1] == self.num_features
        enough = not self.training or x.size > self.num_features  # one value has no variance
        self.check(x, ok and enough, self.weight.data.dtype)
        self._shape, self._from_batch = x.shape, self.training
        rows = self._rows(x)
        if self.training:
            n, (mean, var) = len(rows), ops.backend().moments(rows)
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (var * (n / (n - 1)) - self.running_var)
        else:
            mean, var = self.running_mean, self.running_var
        self._scale = 1 / np.sqrt(var + x.dtype.type(self.eps))
        self._xhat, y = ops.backend().normalize(rows, mean, self._scale, self.weight.data, self.bias.data)
        return self._unrows(y)

    def backward_params(self, grad_output: Array) -> None:
        """`weight.grad += (g * xhat).sum(0)`, `bias.grad += g.sum(0)`."""
        self._add_grads(*self._sums(grad_output))

    def backward_input(self, grad_output: Array) -> Array:
        """`scale * weight * (g - mean(g) - xhat * mean(g * xhat))`.

        In evaluation, where mean and variance are constants, `scale * weight * g`.
        """
        if not self._from_batch:
            return self._unrows(self._grad_rows(grad_output) * (self.weight.data * self.saved(self._scale)))
        return self._through_batch(grad_output, *self._sums(grad_output))

    def backward(self, grad_output: Array) -> Array:
        if not self._from_batch:
            return super().backward(grad_output)
        total, product = self._sums(grad_output)  # which both of its halves need
        self._add_grads(total, product)
        return self._through_batch(grad_output, total, product)

    def _sums(self, grad_output: Array) -> tuple[Array, Array]:
        """`sum(g)` and `sum(g * xhat)`."""
        return ops.backend().normalize_sums(self._grad_rows(grad_output), self.saved(self._xhat))

    def _add_grads(self, total: Array, product: Array) -> None:
        self.weight.add_grad(lambda _: product)
        self.bias.add_grad(lambda _: total)

    def _through_batch(self, grad_output: Array, total: Array, product: Array) -> Array:
        rows, factor = self._grad_rows(grad_output), self.weight.data * self.saved(self._scale)
        n, xhat = len(rows), self.saved(self._xhat)
        return self._unrows(ops.backend().normalize_grad(rows, xhat, factor, total / n, product / n))

    def _grad_rows(self, grad_output: Array) -> Array:
        self.saved(self._xhat)
        self.check_grad(grad_output, self._shape)
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
