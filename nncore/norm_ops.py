"""Batch normalisation of rows, as a part of `nncore.ops.NumpyOps`, whose conventions hold."""

from __future__ import annotations

from nncore.arrays import Array


class NormOps:
    """Mixin of `NumpyOps`: rows `(n, c)` are samples or positions, each column is a feature."""

    def moments(self, rows: Array) -> tuple[Array, Array]:
        """Mean and (biased) variance of each column, `(c,)` both."""
        return rows.mean(axis=0), rows.var(axis=0)

    def normalize(
        self, rows: Array, mean: Array, scale: Array, weight: Array, bias: Array
    ) -> tuple[Array, Array]:
        """`xhat = (rows - mean) * scale` and `y = weight * xhat + bias`, both of the rows' shape."""
        xhat = (rows - mean) * scale
        return xhat, xhat * weight + bias

    def normalize_sums(self, grad: Array, xhat: Array) -> tuple[Array, Array]:
        """`sum(grad)` and `sum(grad * xhat)` over the rows, `(c,)` both."""
        return grad.sum(axis=0), (grad * xhat).sum(axis=0)

    def normalize_grad(
        self, grad: Array, xhat: Array, factor: Array, mean: Array, mean_product: Array
    ) -> Array:
        """`factor * (grad - mean - xhat * mean_product)`, with a number of each kind for every column."""
        result: Array = (grad - mean - xhat * mean_product) * factor
        return result
