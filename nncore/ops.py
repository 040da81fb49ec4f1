"""The few operations that dominate training, behind one small interface.

Everything heavy that a layer or an optimiser does goes through the active backend, `ops.backend()`:
`NumpyOps` unless something faster was installed with `ops.use`.  A backend is a subclass of `NumpyOps` that
overrides what it can do better and calls `super()` for the rest.

Conventions
-----------
* Arrays are float32 or float64; a result has the dtype of the operands.
* Inputs may have any strides.  `out`, where given, has the result's shape and dtype, overlaps no input
  unless said so, and is returned.
* Sizes may be zero.
* NaN and infinity are never hidden: a product may leave out zeros of `x` only if the result stays the same.
* Images are channels last here: `(n, h, w, c)`.  Layers show `(n, c, h, w)` and pass transposed views.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array
from nncore.image_ops import ImageOps, output_size
from nncore.optim_ops import OptimOps

__all__ = ["ACTIVATIONS", "Array", "NumpyOps", "backend", "output_size", "use"]

ACTIVATIONS = ("tanh", "relu", "leaky_relu", "sigmoid")


class NumpyOps(ImageOps, OptimOps):
    """The reference backend: plain NumPy, chosen with care for builds with and without BLAS.

    Parameters
    ----------
    blas : bool, optional
        Whether `@` is fast.  NumPy's WebAssembly build has no BLAS; there `einsum` is about ten times faster
        than `@`.  Default: true except under Emscripten.
    """

    name = "NumPy"

    # einsum refuses an iteration space of 2**31 points on a 32-bit system ("iterator is too large").
    max_einsum_points = 2**28

    def __init__(self, blas: bool | None = None) -> None:
        self.blas = sys.platform != "emscripten" if blas is None else blas

    # ----------------------------------------------------------------------------------- products

    def matmul(self, a: Array, b: Array, out: Array | None = None) -> Array:
        """`a @ b` for a `(m, k)` and b `(k, n)` -> `(m, n)`; transposed operands come as views, `x.T`."""
        if self.blas:
            return np.matmul(a, b, out=out)
        m, k = a.shape
        n = b.shape[1]
        if out is None:
            out = np.empty((m, n), np.result_type(a, b))
        if abs(a.strides[0]) < abs(a.strides[1]):  # a is x.T: 'ki,kj->ij' walks both operands along rows
            rows = max(1, self.max_einsum_points // max(1, m * n))
            out[...] = 0
            for i in range(0, k, rows):
                out += np.einsum("ki,kj->ij", a.T[i : i + rows], b[i : i + rows])
            return out
        rows = max(1, self.max_einsum_points // max(1, k * n))
        for i in range(0, m, rows):
            np.einsum("ik,kj->ij", a[i : i + rows], b, out=out[i : i + rows])
        return out

    def linear(self, x: Array, weight: Array, bias: Array | None = None, out: Array | None = None) -> Array:
        """`x @ weight + bias` for x `(n, i)`, weight `(i, o)`, bias `(o,)` -> `(n, o)`."""
        used = self._used_columns(x, weight.shape[1])
        if used is None or not np.isfinite(weight[~used]).all():
            out = self.matmul(x, weight, out)
        else:
            out = self.matmul(x[:, used], weight[used], out)
        if bias is not None:
            out += bias
        return out

    def linear_grad_weight(self, x: Array, grad: Array, out: Array | None = None) -> Array:
        """`x.T @ grad` for x `(n, i)`, grad `(n, o)` -> `(i, o)`: the weight gradient of `linear`."""
        used = self._used_columns(x, grad.shape[1])
        if used is None or not np.isfinite(grad).all():
            return self.matmul(x.T, grad, out)
        if out is None:
            out = np.empty((x.shape[1], grad.shape[1]), grad.dtype)
        out[used] = self.matmul(x[:, used].T, grad)
        out[~used] = 0
        return out

    def _used_columns(self, x: Array, width: int) -> NDArray[np.bool_] | None:
        """Which columns of x hold anything but zeros, such as the pixels that a batch of digits has ink on.

        None if leaving out the others would not pay: fewer than a fifth, or too small a product.
        """
        if x.size * width < 1 << 22:
            return None
        used = np.any(x != 0, axis=0)
        return used if np.count_nonzero(used) < 0.8 * len(used) else None

    # -------------------------------------------------------------------------------- activations

    def activation(
        self, kind: str, x: Array, out: Array | None = None, *, negative_slope: float = 0.01
    ) -> Array:
        """`f(x)` elementwise, any shape; kind is one of `ACTIVATIONS`.  `out` may be `x`.

        A fresh result has the memory layout of `x`.  `negative_slope` serves 'leaky_relu' alone.
        """
        if kind == "tanh":
            return np.tanh(x, out=out)
        if kind == "relu":
            return np.maximum(x, 0, out=out)
        if kind == "leaky_relu":
            return np.multiply(x, np.where(x > 0, x.dtype.type(1), x.dtype.type(negative_slope)), out=out)
        if kind == "sigmoid":  # 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2, which cannot overflow
            out = np.tanh(np.multiply(x, 0.5, out=out), out=out)
            out += 1
            out *= 0.5
            return out
        raise ValueError(f"activation: got {kind!r}, expected one of {', '.join(ACTIVATIONS)}")

    def activation_grad(
        self, kind: str, y: Array, grad: Array, out: Array | None = None, *, negative_slope: float = 0.01
    ) -> Array:
        """`grad * f'(x)`, computed from the output `y = f(x)`; all of one shape.  `out` may be `grad`.

        tanh: `1 - y**2`; sigmoid: `y * (1 - y)`; relu: `y > 0`; leaky_relu: 1 where `y > 0`, else the slope.
        """
        if kind == "tanh":
            slope = np.multiply(y, y)
            np.subtract(1, slope, out=slope)
            return np.multiply(grad, slope, out=out)
        if kind == "relu":
            return np.multiply(grad, y > 0, out=out)
        if kind == "leaky_relu":
            return np.multiply(grad, np.where(y > 0, y.dtype.type(1), y.dtype.type(negative_slope)), out=out)
        if kind == "sigmoid":
            slope = np.subtract(1, y)
            slope *= y
            return np.multiply(grad, slope, out=out)
        raise ValueError(f"activation: got {kind!r}, expected one of {', '.join(ACTIVATIONS)}")

    def log_softmax(self, x: Array) -> Array:
        """`log(softmax(x))` along the last axis: `x - max - log(sum(exp(x - max)))`."""
        z = x - x.max(axis=-1, keepdims=True)
        z -= np.log(np.exp(z).sum(axis=-1, keepdims=True))
        return z

    def log_softmax_grad(self, y: Array, grad: Array) -> Array:
        """`grad - exp(y) * sum(grad)` along the last axis, from the output y of `log_softmax`."""
        return grad - np.exp(y) * np.sum(grad, axis=-1, keepdims=True)


_active = NumpyOps()


def use(backend: NumpyOps) -> None:
    """Make `backend` serve every operation from now on."""
    global _active
    _active = backend


def backend() -> NumpyOps:
    """The active backend.  Layers call `ops.backend().linear(...)` and so on."""
    return _active
