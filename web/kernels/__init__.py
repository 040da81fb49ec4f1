"""The heavy operations as WebAssembly SIMD kernels: `kernels.c`, compiled, behind nncore's `ops` interface.

`numpy_products` gives the same kernels to NumPy's own `@` and np.dot.

`install()` takes the fastest build the browser can run.  The same binding drives a native build in the tests.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nncore import ops
from nncore.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from nncore.image_ops import BlockOutput, PooledGrad, Window, conv_shape, pool_shape
from nncore.ops import Array, Elementwise, NumpyOps, Steps
from nncore.parameter import Parameter
from nncore.warp_ops import FAINT, interpolation
from web.kernels import numpy_products, steps
from web.kernels.steps import Product, adam_numbers, sgd_numbers

FOLDER = Path(__file__).parent
BUILDS = (  # fastest first: file, what the page calls it
    ("kernels-relaxed-simd.wasm", "WebAssembly relaxed SIMD"),
    ("kernels-simd128.wasm", "WebAssembly SIMD"),
)

#: What each kernel takes: o an array, i an int, r a number of the arrays' own dtype.
SIGNATURES = {
    "linear": "ooooi",
    "activation": "ioor",
    "activation_grad": "iooor",
    "log_softmax": "oo",
    "log_softmax_grad": "ooo",
    "sgd_step": "ooorrri",
    "adam_step": "oooorrrrrrrr",
    "linear_sgd_step": "oooorrrii",
    "linear_adam_step": "ooooorrrrrrrri",
    "sum_rows": "oo",
    "scaled": "oor",
    "half": "oo",
    "conv2d": "oooooiiiiir",
    "conv2d_moments": "ooooooii",
    "conv2d_grad_input": "oooii",
    "conv2d_grad_weight": "oooii",
    "conv2d_pooled_grad_weight": "ooooiiii",
    "patch_moments": "oooiiii",
    "max_pool2d": "oooii",
    "max_pool2d_backward": "oooii",
    "moments": "ooo",
    "normalize": "ooooo",
    "normalize_block": "ooooooiiir",
    "normalize_sums": "oooooo",
    "normalize_backward": "oooooooooii",
    "warp": "oooooor",
    "thicken": "ooor",
    "matmul_takes_kernels": "ooi",
}
#: The activations there are kernels for, in the order of the C enum; none derived from them.
KINDS: dict[type, int] = {kind: number for number, kind in enumerate((Tanh, ReLU, LeakyReLU, Sigmoid))}
NO_ACTIVATION = -1
NULL = ctypes.py_object()


class KernelOps(NumpyOps):
    """`NumpyOps` with float32 and float64 operations done by a compiled `kernels.c`.

    A kernel returns 0, having touched nothing, if it does not handle the arrays it got (mixed dtypes, an odd
    layout, shapes that do not fit); NumPy then does the work or raises the error.

    Parameters
    ----------
    library : path of the compiled kernels
    name : what the page shows
    sparse : whether products may skip the zeros of a layer's input
    """

    def __init__(
        self, library: str | Path, name: str, *, sparse: bool = True, blas: bool | None = None
    ) -> None:
        super().__init__(blas)
        self.name = name
        self.sparse = sparse
        # PyDLL keeps the GIL: the kernels call Python's buffer interface and share scratch memory.
        dll = ctypes.PyDLL(str(library))
        self.kernels = {
            np.dtype(np.float32): _declared(dll, "f32", ctypes.c_float),
            np.dtype(np.float64): _declared(dll, "f64", ctypes.c_double),
        }

    def matmul(self, a: Array, b: Array, out: Array | None = None) -> Array:
        if kernels := self.kernels.get(a.dtype):
            c = np.empty((a.shape[0], b.shape[1]), a.dtype) if out is None else out
            if kernels.linear(a, b, NULL, c, False):
                return c
        return super().matmul(a, b, out)

    def linear(self, x: Array, weight: Array, bias: Array | None = None, out: Array | None = None) -> Array:
        if kernels := self.kernels.get(x.dtype):
            y = np.empty((x.shape[0], weight.shape[1]), x.dtype) if out is None else out
            if kernels.linear(x, weight, NULL if bias is None else bias, y, self.sparse):
                return y
        return super().linear(x, weight, bias, out)

    def linear_grad_weight(self, x: Array, grad: Array, out: Array | None = None) -> Array:
        if kernels := self.kernels.get(x.dtype):
            dw = np.empty((x.shape[1], grad.shape[1]), x.dtype) if out is None else out
            if kernels.linear(x.T, grad, NULL, dw, self.sparse):
                return dw
        return super().linear_grad_weight(x, grad, out)

    def sum_rows(self, grad: Array, out: Array | None = None) -> Array:
        if kernels := self.kernels.get(grad.dtype):
            total = np.empty(grad.shape[1:], grad.dtype) if out is None else out
            if kernels.sum_rows(grad, total):
                return total
        return super().sum_rows(grad, out)

    def activation(self, f: Elementwise, x: Array) -> Array:
        kernels, kind = self.kernels.get(x.dtype), KINDS.get(type(f))
        if kernels and kind is not None:
            y = np.empty_like(x)
            if kernels.activation(kind, x, y, getattr(f, "negative_slope", 0)):
                return y
        return super().activation(f, x)

    def activation_grad(self, f: Elementwise, kept: Array, grad: Array) -> Array:
        kernels, kind = self.kernels.get(kept.dtype), KINDS.get(type(f))
        if kernels and kind is not None:
            dx = np.empty_like(kept)
            if kernels.activation_grad(kind, kept, grad, dx, getattr(f, "negative_slope", 0)):
                return dx
        return super().activation_grad(f, kept, grad)

    def log_softmax(self, x: Array) -> Array:
        if kernels := self.kernels.get(x.dtype):
            y = np.empty(x.shape, x.dtype)
            if kernels.log_softmax(x, y):
                return y
        return super().log_softmax(x)

    def log_softmax_grad(self, y: Array, grad: Array) -> Array:
        if kernels := self.kernels.get(y.dtype):
            dx = np.empty(y.shape, y.dtype)
            if kernels.log_softmax_grad(y, grad, dx):
                return dx
        return super().log_softmax_grad(y, grad)

    def add_weight_grad(self, weight: Parameter, x: Array, grad: Array) -> None:
        if weight.requires_grad and not weight.has_grad:
            weight.promise = Product(self, x, grad, weight)
        else:
            super().add_weight_grad(weight, x, grad)

    def update(self, optimizer: Steps, index: int, parameter: Parameter) -> None:
        step = steps.STEPS.get(type(optimizer))
        if step is None or not step(self, optimizer, index, parameter):
            super().update(optimizer, index, parameter)

    def sgd_step(self, param: Array, grad: Array, buf: Array | None, **settings: Any) -> bool:
        """`SGD`'s step, in place on `param` and its velocity `buf`; False, nothing touched, if it cannot."""
        kernels, b = self.kernels.get(param.dtype), NULL if buf is None else buf
        return kernels is not None and bool(kernels.sgd_step(param, grad, b, *sgd_numbers(**settings)))

    def adam_step(self, param: Array, grad: Array, m: Array, v: Array, **settings: Any) -> bool:
        """`Adam`'s step, in place on `param`, the means `m` and `v` of gradients and their squares."""
        kernels = self.kernels.get(param.dtype)
        return kernels is not None and bool(kernels.adam_step(param, grad, m, v, *adam_numbers(**settings)))

    def linear_sgd_step(
        self, param: Array, x: Array, grad: Array, buf: Array | None, **settings: Any
    ) -> bool:
        """`sgd_step` with the gradient `x.T @ grad`, which nobody gets to see.

        A gradient that is used up as it is computed need not travel to memory and back.
        """
        kernels, b = self.kernels.get(param.dtype), NULL if buf is None else buf
        return kernels is not None and bool(
            kernels.linear_sgd_step(param, x.T, grad, b, *sgd_numbers(**settings), self.sparse)
        )

    def linear_adam_step(
        self, param: Array, x: Array, grad: Array, m: Array, v: Array, **settings: Any
    ) -> bool:
        """`adam_step` with the gradient `x.T @ grad`, in the same way."""
        kernels = self.kernels.get(param.dtype)
        return kernels is not None and bool(
            kernels.linear_adam_step(param, x.T, grad, m, v, *adam_numbers(**settings), self.sparse)
        )

    def scaled(self, images: NDArray[np.uint8], max_value: int, dtype: DTypeLike = np.float32) -> Array:
        if kernels := self.kernels.get(np.dtype(dtype)):
            out = np.empty(images.shape, dtype)
            if kernels.scaled(images, out, max_value):
                return out
        return super().scaled(images, max_value, dtype)

    def half(self, x: Array) -> NDArray[np.float16] | None:
        if kernels := self.kernels.get(x.dtype):
            out = np.empty(x.shape, np.float16)
            if kernels.half(x, out):
                return out
        return super().half(x)

    def conv2d(self, x: Array, weight: Array, bias: Array | None, stride: int, padding: int) -> Array:
        if kernels := self.kernels.get(x.dtype):
            y = np.empty(conv_shape(x.shape, weight.shape, stride, padding), x.dtype)
            b = NULL if bias is None else bias
            if kernels.conv2d(x, weight, b, y, NULL, stride, padding, 1, 1, NO_ACTIVATION, 0):
                return y
        return super().conv2d(x, weight, bias, stride, padding)

    def conv2d_block(
        self,
        x: Array,
        weight: Array,
        bias: Array | None,
        stride: int,
        padding: int,
        activation: Elementwise,
        pool: Window | None = None,
    ) -> BlockOutput | None:
        shape, b = conv_shape(x.shape, weight.shape, stride, padding), NULL if bias is None else bias
        return self._block("conv2d", (x, weight, b), (stride, padding), shape, activation, pool)

    def _block(
        self,
        kernel: str,
        arrays: tuple[Any, ...],
        numbers: tuple[int, ...],
        shape: Sequence[int],
        activation: Elementwise,
        pool: Window | None,
    ) -> BlockOutput | None:
        """What a kernel that ends in an activation, and perhaps pools what is of `shape` before, makes."""
        kernels, kind = self.kernels.get(arrays[0].dtype), KINDS.get(type(activation))
        shape = pool_shape(shape, *pool) if pool else tuple(shape)
        if not kernels or kind is None or min(shape[1:]) <= 0:
            return None
        y, index = np.empty(shape, arrays[0].dtype), np.empty(shape, np.uint8) if pool else None
        i, slope = NULL if index is None else index, getattr(activation, "negative_slope", 0)
        done = getattr(kernels, kernel)(*arrays, y, i, *numbers, *(pool or (1, 1)), kind, slope)
        return (y, index) if done else None

    def conv2d_grad_input(self, grad: Array, weight: Array, shape: Any, stride: int, padding: int) -> Array:
        if kernels := self.kernels.get(grad.dtype):
            dx = np.empty(shape, grad.dtype)
            if kernels.conv2d_grad_input(grad, weight, dx, stride, padding):
                return dx
        return super().conv2d_grad_input(grad, weight, shape, stride, padding)

    def conv2d_grad_weight(
        self,
        x: Array,
        grad: Array | PooledGrad,
        shape: Sequence[int],
        stride: int,
        padding: int,
        out: Array | None = None,
    ) -> Array:
        if kernels := self.kernels.get(x.dtype):
            dw = np.empty(tuple(shape), x.dtype) if out is None else out
            if isinstance(grad, PooledGrad):
                behind, places, window = grad
                if kernels.conv2d_pooled_grad_weight(x, behind, places, dw, stride, padding, *window):
                    return dw
                grad = self.unpooled(grad, conv_shape(x.shape, shape, stride, padding))
            if kernels.conv2d_grad_weight(x, grad, dw, stride, padding):
                return dw
        return super().conv2d_grad_weight(x, grad, shape, stride, padding, out)

    def patch_moments(
        self, x: Array, kernel_size: tuple[int, int], stride: int, padding: int
    ) -> tuple[Array, Array]:
        if kernels := self.kernels.get(x.dtype):
            numbers = kernel_size[0] * kernel_size[1] * x.shape[3]
            mean, covariance = np.empty(numbers, x.dtype), np.empty((numbers, numbers), x.dtype)
            if kernels.patch_moments(x, mean, covariance, *kernel_size, stride, padding):
                return mean, covariance
        return super().patch_moments(x, kernel_size, stride, padding)

    def max_pool2d(self, x: Array, kernel_size: int, stride: int) -> tuple[Array, NDArray[np.uint8]]:
        if kernels := self.kernels.get(x.dtype):
            shape = pool_shape(x.shape, kernel_size, stride)
            best, index = np.empty(shape, x.dtype), np.empty(shape, np.uint8)
            if kernels.max_pool2d(x, best, index, kernel_size, stride):
                return best, index
        return super().max_pool2d(x, kernel_size, stride)

    def max_pool2d_backward(
        self, grad: Array, index: NDArray[np.uint8], shape: Any, kernel_size: int, stride: int
    ) -> Array:
        if kernels := self.kernels.get(grad.dtype):
            image = np.empty(shape, grad.dtype)
            if kernels.max_pool2d_backward(grad, index, image, kernel_size, stride):
                return image
        return super().max_pool2d_backward(grad, index, shape, kernel_size, stride)

    def moments(self, rows: Array) -> tuple[Array, Array]:
        if kernels := self.kernels.get(rows.dtype):
            mean, variance = np.empty((2, rows.shape[1]), rows.dtype)
            if kernels.moments(rows, mean, variance):
                return mean, variance
        return super().moments(rows)

    def conv2d_moments(
        self, x: Array, weight: Array, bias: Array | None, stride: int, padding: int
    ) -> tuple[Array, Array, Array]:
        if kernels := self.kernels.get(x.dtype):
            y = np.empty(conv_shape(x.shape, weight.shape, stride, padding), x.dtype)
            mean, variance = np.empty((2, y.shape[3]), x.dtype)
            b = NULL if bias is None else bias
            if kernels.conv2d_moments(x, weight, b, y, mean, variance, stride, padding):
                return y, mean, variance
        return super().conv2d_moments(x, weight, bias, stride, padding)

    def normalize(self, rows: Array, mean: Array, factor: Array, bias: Array) -> Array:
        if kernels := self.kernels.get(rows.dtype):
            y = np.empty(rows.shape, rows.dtype)
            if kernels.normalize(rows, mean, factor, bias, y):
                return y
        return super().normalize(rows, mean, factor, bias)

    def normalize_block(
        self,
        x: Array,
        mean: Array,
        factor: Array,
        bias: Array,
        activation: Elementwise,
        pool: Window | None = None,
    ) -> BlockOutput | None:
        images = _images(x)
        made = self._block(
            "normalize_block", (images, mean, factor, bias), (), images.shape, activation, pool
        )
        return made and (made[0] if pool else made[0].reshape(x.shape), made[1])

    def normalize_sums(self, grad: Array, rows: Array, mean: Array, scale: Array) -> tuple[Array, Array]:
        if kernels := self.kernels.get(grad.dtype):
            total, product = np.empty((2, grad.shape[1]), grad.dtype)
            if kernels.normalize_sums(grad, rows, mean, scale, total, product):
                return total, product
        return super().normalize_sums(grad, rows, mean, scale)

    def normalize_backward(
        self, grad: Array | PooledGrad, x: Array, mean: Array, scale: Array, factor: Array
    ) -> tuple[Array, Array, Array]:
        if kernels := self.kernels.get(x.dtype):
            behind, places, window = grad if isinstance(grad, PooledGrad) else (_images(grad), NULL, (1, 1))
            dx, (total, product) = np.empty(x.shape, x.dtype), np.empty((2, len(mean)), x.dtype)
            given = behind, places, _images(x), mean, scale, factor
            if kernels.normalize_backward(*given, total, product, _images(dx), *window):
                return dx, total, product
        return super().normalize_backward(grad, x, mean, scale, factor)

    def thicken(self, images: Array, amount: Array) -> Array:
        if kernels := self.kernels.get(images.dtype):
            out = np.empty(images.shape, images.dtype)
            if kernels.thicken(images, amount, out, FAINT):
                return out
        return super().thicken(images, amount)

    def warp(self, images: Array, affine: Array, bend: Array | None = None) -> Array:
        if kernels := self.kernels.get(images.dtype):
            out = np.empty(images.shape, images.dtype)
            rows, columns = (interpolation(size, images.dtype) for size in images.shape[1:])
            moves = NULL if bend is None else bend
            if kernels.warp(
                images, np.ascontiguousarray(affine).reshape(-1, 6), moves, rows, columns, out, FAINT
            ):
                return out
        return super().warp(images, affine, bend)


def _images(x: Array) -> Array:
    """Images `(n, h, w, c)` without gaps, rows `(n, c)` as such of one pixel."""
    return np.ascontiguousarray(x if x.ndim == 4 else x[:, None, None])


def _declared(dll: ctypes.CDLL, suffix: str, real: type) -> SimpleNamespace:
    """The kernels for one dtype by name, their arguments declared."""
    types = {"o": ctypes.py_object, "i": ctypes.c_int, "r": real}
    kernels = SimpleNamespace()
    for name, letters in SIGNATURES.items():
        function = getattr(dll, f"{name}_{suffix}")
        function.argtypes = [types[letter] for letter in letters]
        setattr(kernels, name, function)
    return kernels


def install() -> str:
    """Make the fastest kernels the browser supports serve nncore and NumPy; return the name of what runs now.

    Outside a browser, or where WebAssembly has no SIMD, NumPy stays.
    """
    if sys.platform == "emscripten":
        from js import WebAssembly  # type: ignore[import-not-found]
        from pyodide.ffi import to_js

        for file, name in BUILDS:
            if WebAssembly.validate(to_js((FOLDER / file).read_bytes())):
                backend = KernelOps(FOLDER / file, name)
                ops.use(backend)
                numpy_products.take_over(backend.kernels.values())
                break
        else:
            ops.backend().name = "NumPy einsum"
    return ops.backend().name
