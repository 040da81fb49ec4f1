"""Batch normalisation of rows, as a part of `nncore.ops.NumpyOps`, whose conventions hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nncore.arrays import Array
from nncore.image_ops import BlockOutput, Window

if TYPE_CHECKING:
    from nncore.ops import Elementwise


class NormOps:
    """Mixin of `NumpyOps`: rows `(n, c)` are samples or positions, each column is a feature."""

    def moments(self, rows: Array) -> tuple[Array, Array]:
        """Mean and (biased) variance of each column, `(c,)` both."""
        return rows.mean(axis=0), rows.var(axis=0)

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
        self, grad: Array, rows: Array, mean: Array, scale: Array, factor: Array
    ) -> tuple[Array, Array, Array]:
        """The gradient in rows that were normalised by their own moments, and what `normalize_sums` gives.

        It is `factor * (grad - mean(grad) - xhat * mean(grad * xhat))`.
        """
        total, product = self.normalize_sums(grad, rows, mean, scale)
        n = len(rows)
        dx: Array = (grad - total / n - (rows - mean) * (product * scale / n)) * factor
        return dx, total, product
