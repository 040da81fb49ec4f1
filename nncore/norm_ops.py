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

    def normalize_sums(self, grad: Array, rows: Array, mean: Array) -> tuple[Array, Array]:
        """`sum(grad)` and `sum(grad * (rows - mean))` over the rows, `(c,)` both."""
        return grad.sum(axis=0), (grad * (rows - mean)).sum(axis=0)

    def normalize_grad(
        self, grad: Array, rows: Array, mean: Array, factor: Array, grad_mean: Array, slope: Array
    ) -> Array:
        """`factor * (grad - grad_mean - (rows - mean) * slope)`, `(c,)` all but grad and rows."""
        result: Array = (grad - grad_mean - (rows - mean) * slope) * factor
        return result
