"""Batch normalisation of rows, as a part of `nncore.ops.NumpyOps`, whose conventions hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nncore.arrays import Array
from nncore.image_ops import BlockOutput, PooledGrad, Window

if TYPE_CHECKING:
    from nncore.ops import Elementwise


class NormOps:
    """Mixin of `NumpyOps`: rows `(n, c)` are samples or positions, each column is a feature."""

    # what NumpyOps has
    conv2d: Callable[..., Array]
    unpooled: Callable[..., Array]

    def moments(self, rows: Array) -> tuple[Array, Array]:
        """Mean and (biased) variance of each column, `(c,)` both."""
        return rows.mean(axis=0), rows.var(axis=0)

    def conv2d_moments(
        self, x: Array, weight: Array, bias: Array | None, stride: int, padding: int
    ) -> tuple[Array, Array, Array]:
        """`conv2d`, and mean and variance of each channel of what it gives, as `moments` has them."""
        y = self.conv2d(x, weight, bias, stride, padding)
        return y, *self.moments(y.reshape(-1, y.shape[3]))

    def normalize(self, rows: Array, mean: Array, factor: Array, bias: Array) -> Array:
        """`(rows - mean) * factor + bias`, with a number of each kind for every column."""
        return (rows - mean) * factor + bias

    def normalize_block(
        self,
        x: Array,
        mean: Array,
        factor: Array,
        bias: Array,
        activation: Elementwise,
        pool: Window | None = None,
    ) -> BlockOutput | None:
        """`normalize` of x `(n, ..., c)`, an activation and perhaps pooling in one go; see `conv2d_block`."""
        return None

    def normalize_sums(self, grad: Array, rows: Array, mean: Array, scale: Array) -> tuple[Array, Array]:
        """`sum(grad)` and `sum(grad * xhat)` over the rows, `(c,)` both; `xhat = (rows - mean) * scale`."""
        return grad.sum(axis=0), (grad * (rows - mean)).sum(axis=0) * scale

    def normalize_backward(
        self, grad: Array | PooledGrad, x: Array, mean: Array, scale: Array, factor: Array
    ) -> tuple[Array, Array, Array]:
        """The gradient in x `(n, ..., c)`, normalised by its own moments, and what `normalize_sums` gives.

        It is `factor * (grad - mean(grad) - xhat * mean(grad * xhat))`.
        """
        g, rows = (a.reshape(-1, len(mean)) for a in (self.unpooled(grad, x.shape), x))
        total, product = self.normalize_sums(g, rows, mean, scale)
        n = len(rows)
        dx: Array = (g - total / n - (rows - mean) * (product * scale / n)) * factor
        return dx.reshape(x.shape), total, product
