"""The heavy operations as WebAssembly SIMD kernels: `kernels.c`, compiled, behind nncore's `ops` interface.

`install()` takes the fastest build the browser can run.  The same binding drives a native build in the tests.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nncore import ops
from nncore.ops import ACTIVATIONS, Array, NumpyOps, output_size

FOLDER = Path(__file__).parent
BUILDS = (  # fastest first: file, what the page calls it
    ("kernels-relaxed-simd.wasm", "WebAssembly relaxed SIMD"),
    ("kernels-simd128.wasm", "WebAssembly SIMD"),
)

F32 = np.dtype(np.float32)
KINDS = {kind: number for number, kind in enumerate(ACTIVATIONS)}  # the C enum has this order
NULL = ctypes.py_object()


class KernelOps(NumpyOps):
    """`NumpyOps` with float32 operations done by a compiled `kernels.c`.

    A kernel returns 0, having touched nothing, if it does not handle the arrays it got (another dtype, an odd
    layout, shapes that do not fit); NumPy then does the work or raises the error.

    Parameters
    ----------
    library : path of the compiled kernels
    name : what the page shows
    sparse : whether products may skip the zeros of a layer's input
    """

    steps_with_products = True

    def __init__(
        self, library: str | Path, name: str, *, sparse: bool = True, blas: bool | None = None
    ) -> None:
        super().__init__(blas)
        self.name = name
        self.sparse = sparse
        # PyDLL keeps the GIL: the kernels call Python's buffer interface and share scratch memory.
        dll = ctypes.PyDLL(str(library))
        self._linear = _function(dll.linear, "oooo", "i")
        self._activation = _function(dll.activation, "i", "oo", "f")
        self._activation_grad = _function(dll.activation_grad, "i", "ooo", "f")
        self._log_softmax = _function(dll.log_softmax, "oo")
        self._log_softmax_grad = _function(dll.log_softmax_grad, "ooo")
        self._sgd_step = _function(dll.sgd_step, "ooo", "fff", "i")
        self._adam_step = _function(dll.adam_step, "oooo", "ffffffff")
        self._linear_sgd_step = _function(dll.linear_sgd_step, "oooo", "fff", "ii")
        self._linear_adam_step = _function(dll.linear_adam_step, "ooooo", "ffffffff", "i")
        self._scaled = _function(dll.scaled, "oo", "f")
        self._im2col = _function(dll.im2col, "oo", "iiii")
        self._col2im = _function(dll.col2im, "oo", "iiii")
        self._max_pool2d = _function(dll.max_pool2d, "ooo", "ii")
        self._max_pool2d_backward = _function(dll.max_pool2d_backward, "ooo", "ii")

    def matmul(self, a: Array, b: Array, out: Array | None = None) -> Array:
        if a.dtype is F32 and b.dtype is F32:
            c = np.empty((a.shape[0], b.shape[1]), F32) if out is None else out
            if self._linear(a, b, NULL, c, False):
                return c
        return super().matmul(a, b, out)

    def linear(self, x: Array, weight: Array, bias: Array | None = None, out: Array | None = None) -> Array:
        if x.dtype is F32 and weight.dtype is F32:
            y = np.empty((x.shape[0], weight.shape[1]), F32) if out is None else out
            if self._linear(x, weight, NULL if bias is None else bias, y, self.sparse):
                return y
        return super().linear(x, weight, bias, out)

    def linear_grad_weight(self, x: Array, grad: Array, out: Array | None = None) -> Array:
        if x.dtype is F32 and grad.dtype is F32:
            dw = np.empty((x.shape[1], grad.shape[1]), F32) if out is None else out
            if self._linear(x.T, grad, NULL, dw, self.sparse):
                return dw
        return super().linear_grad_weight(x, grad, out)

    def activation(
        self, kind: str, x: Array, out: Array | None = None, *, negative_slope: float = 0.01
    ) -> Array:
        if x.dtype is F32 and kind in KINDS:
            y = np.empty_like(x) if out is None else out
            if self._activation(KINDS[kind], x, y, negative_slope):
                return y
        return super().activation(kind, x, out, negative_slope=negative_slope)

    def activation_grad(
        self, kind: str, y: Array, grad: Array, out: Array | None = None, *, negative_slope: float = 0.01
    ) -> Array:
        if y.dtype is F32 and grad.dtype is F32 and kind in KINDS:
            dx = np.empty_like(y) if out is None else out
            if self._activation_grad(KINDS[kind], y, grad, dx, negative_slope):
                return dx
        return super().activation_grad(kind, y, grad, out, negative_slope=negative_slope)

    def log_softmax(self, x: Array) -> Array:
        if x.dtype is F32:
            y = np.empty(x.shape, F32)
            if self._log_softmax(x, y):
                return y
        return super().log_softmax(x)

    def log_softmax_grad(self, y: Array, grad: Array) -> Array:
        if y.dtype is F32 and grad.dtype is F32:
            dx = np.empty(y.shape, F32)
            if self._log_softmax_grad(y, grad, dx):
                return dx
        return super().log_softmax_grad(y, grad)

    def sgd_step(self, param: Array, grad: Array, buf: Array | None, **settings: Any) -> None:
        b = NULL if buf is None else buf
        if not (param.dtype is F32 and self._sgd_step(param, grad, b, *_sgd_numbers(**settings))):
            super().sgd_step(param, grad, buf, **settings)

    def adam_step(self, param: Array, grad: Array, m: Array, v: Array, **settings: Any) -> None:
        if not (param.dtype is F32 and self._adam_step(param, grad, m, v, *_adam_numbers(**settings))):
            super().adam_step(param, grad, m, v, **settings)

    def linear_sgd_step(
        self, param: Array, x: Array, grad: Array, buf: Array | None, **settings: Any
    ) -> bool:
        b = NULL if buf is None else buf
        return param.dtype is F32 and bool(
            self._linear_sgd_step(param, x.T, grad, b, *_sgd_numbers(**settings), self.sparse)
        )

    def linear_adam_step(
        self, param: Array, x: Array, grad: Array, m: Array, v: Array, **settings: Any
    ) -> bool:
        return param.dtype is F32 and bool(
            self._linear_adam_step(param, x.T, grad, m, v, *_adam_numbers(**settings), self.sparse)
        )

    def scaled(self, images: NDArray[np.uint8], max_value: int, dtype: DTypeLike = F32) -> Array:
        if np.dtype(dtype) == F32:
            out = np.empty(images.shape, F32)
            if self._scaled(images, out, max_value):
                return out
        return super().scaled(images, max_value, dtype)

    def im2col(
        self, x: Array, kernel_size: tuple[int, int], stride: int, padding: int, out: Array | None = None
    ) -> Array:
        if x.dtype is F32:
            n, h, w, c = x.shape
            kh, kw = kernel_size
            shape = n * output_size(h, kh, stride, padding) * output_size(w, kw, stride, padding), kh * kw * c
            rows = np.empty(shape, F32) if out is None else out
            if self._im2col(x, rows, kh, kw, stride, padding):
                return rows
        return super().im2col(x, kernel_size, stride, padding, out)

    def col2im(
        self, cols: Array, shape: Any, kernel_size: tuple[int, int], stride: int, padding: int
    ) -> Array:
        if cols.dtype is F32:
            image = np.zeros(shape, F32)
            if self._col2im(cols, image, *kernel_size, stride, padding):
                return image
        return super().col2im(cols, shape, kernel_size, stride, padding)

    def max_pool2d(self, x: Array, kernel_size: int, stride: int) -> tuple[Array, NDArray[np.uint8]]:
        if x.dtype is F32:
            n, h, w, c = x.shape
            shape = n, output_size(h, kernel_size, stride), output_size(w, kernel_size, stride), c
            best, index = np.empty(shape, F32), np.empty(shape, np.uint8)
            if self._max_pool2d(x, best, index, kernel_size, stride):
                return best, index
        return super().max_pool2d(x, kernel_size, stride)

    def max_pool2d_backward(
        self, grad: Array, index: NDArray[np.uint8], shape: Any, kernel_size: int, stride: int
    ) -> Array:
        if grad.dtype is F32:
            image = np.zeros(shape, F32)
            if self._max_pool2d_backward(grad, index, image, kernel_size, stride):
                return image
        return super().max_pool2d_backward(grad, index, shape, kernel_size, stride)


def _sgd_numbers(
    *, lr: float, momentum: float = 0.0, nesterov: bool = False, weight_decay: float = 0.0
) -> tuple[float, ...]:
    """SGD's settings in the kernels' order."""
    return lr, momentum, weight_decay, nesterov


def _adam_numbers(
    *,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    decoupled: bool = False,
    step: int,
) -> tuple[float, ...]:
    """Adam's settings as the kernels take them, bias corrections included.

    `rate / (sqrt(v / c) + eps) = rate * sqrt(c) / (sqrt(v) + eps * sqrt(c))` with `c = 1 - b2**step`.
    """
    b1, b2 = betas
    root = (1 - b2**step) ** 0.5
    l2, keep = (0.0, 1 - lr * weight_decay) if decoupled else (weight_decay, 1.0)
    return lr / (1 - b1**step) * root, b1, 1 - b1, b2, 1 - b2, eps * root, l2, keep


def _function(function: Any, *arguments: str) -> Any:
    """Declare a kernel's arguments: o an array, i an int, f a float."""
    types = {"o": ctypes.py_object, "i": ctypes.c_int, "f": ctypes.c_float}
    function.argtypes = [types[letter] for letter in "".join(arguments)]
    return function


def install() -> str:
    """Make the fastest kernels the browser supports serve nncore; return the name of what runs now.

    Outside a browser, or where WebAssembly has no SIMD, NumPy stays.
    """
    if sys.platform == "emscripten":
        from js import Uint8Array, WebAssembly  # type: ignore[import-not-found]

        for file, name in BUILDS:
            module = Uint8Array.new((FOLDER / file).read_bytes())
            if WebAssembly.validate(module):
                ops.use(KernelOps(FOLDER / file, name))
                break
        else:
            ops.backend().name = "NumPy einsum"
    return ops.backend().name
