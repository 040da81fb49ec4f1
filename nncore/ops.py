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
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array, without_traces
from nncore.image_ops import ImageOps, output_size
from nncore.norm_ops import NormOps
from nncore.parameter import Parameter
from nncore.warp_ops import WarpOps

__all__ = ["Array", "NumpyOps", "backend", "output_size", "use"]


class Elementwise(Protocol):
    """What a backend knows of an activation."""

    def function(self, x: Array) -> Array:
        """`f(x)`."""

    def derivative(self, kept: Array) -> Array:
        """`f'(x)`, from `f(x)` or x."""


class Steps(Protocol):
    """What a backend knows of an optimiser."""

    def update(self, index: int, parameter: Parameter) -> None:
        """Change parameter number `index`, which has a gradient."""


class NumpyOps(ImageOps, NormOps, WarpOps):
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

    def add_weight_grad(self, weight: Parameter, x: Array, grad: Array) -> None:
        """Add `x.T @ grad`, the weight gradient of `linear`, to `weight.grad`.

        x and grad must stay as they are until `zero_grad`: a backend may compute it later, or never.
        """
        weight.add_grad(lambda out: self.linear_grad_weight(x, grad, out))

    def sum_rows(self, grad: Array, out: Array | None = None) -> Array:
        """Sums over the rows of grad `(n, o)` -> `(o,)`: the bias gradient of `linear`."""
        return np.sum(grad, axis=0, out=out)

    def _used_columns(self, x: Array, width: int) -> NDArray[np.bool_] | None:
        """Which columns of x hold anything but zeros, such as the pixels that a batch of digits has ink on.

        None if leaving out the others would not pay: fewer than a fifth, or too small a product.
        """
        if x.size * width < 1 << 22:
            return None
        used = np.any(x != 0, axis=0)
        return used if np.count_nonzero(used) < 0.8 * len(used) else None

    # ------------------------------------------------------------------- optimisers, activations

    def update(self, optimizer: Steps, index: int, parameter: Parameter) -> None:
        """Let the optimiser change its parameter number `index`, which has a gradient."""
        optimizer.update(index, parameter)

    def activation(self, f: Elementwise, x: Array) -> Array:
        """`f(x)` elementwise, any shape, in the memory layout of `x`."""
        return f.function(x)

    def activation_grad(self, f: Elementwise, kept: Array, grad: Array) -> Array:
        """`grad * f'(x)` from what the activation kept, `f(x)` or x; all of one shape.

        A backend may leave out what counts for nothing, as `arrays.without_traces` does.
        """
        return np.multiply(grad, f.derivative(kept), dtype=grad.dtype)

    def half(self, x: Array) -> NDArray[np.float16] | None:
        """The numbers of x rounded to float16, or None if one of them does not fit."""
        fits = np.abs(x).max(initial=0) < np.finfo(np.float16).max
        return x.astype(np.float16) if fits else None

    def log_softmax(self, x: Array) -> Array:
        """`log(softmax(x))` along the last axis: `x - max - log(sum(exp(x - max)))`."""
        z = x - x.max(axis=-1, keepdims=True)
        z -= np.log(np.exp(z).sum(axis=-1, keepdims=True))
        return z

    def log_softmax_grad(self, y: Array, grad: Array) -> Array:
        """`grad - exp(y) * sum(grad)` along the last axis, from the output y of `log_softmax`."""
        return without_traces(grad - np.exp(y) * np.sum(grad, axis=-1, keepdims=True))


_active = NumpyOps()


def use(backend: NumpyOps) -> None:
    """Make `backend` serve every operation from now on."""
    global _active
    _active = backend


def backend() -> NumpyOps:
    """The active backend.  Layers call `ops.backend().linear(...)` and so on."""
    return _active
