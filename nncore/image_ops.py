"""Operations on images, as a part of `nncore.ops.NumpyOps`: patches for convolution, and max pooling.

Images are channels last, `(n, h, w, c)`; the conventions of `nncore.ops` hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nncore.arrays import Array
from nncore.group_ops import GroupOps
from nncore.windows import padded, windows

if TYPE_CHECKING:
    from nncore.ops import Elementwise

Shape = tuple[int, int, int, int]  # n, h, w, c
Window = tuple[int, int]  # of pooling: kernel_size, stride
BlockOutput = tuple[Array, NDArray[np.uint8] | None]  # values, and where they were the largest if pooled


class PooledGrad(NamedTuple):
    """The gradient in maps that were pooled: that behind the pooling, for the places of the maxima."""

    grad: Array  # (n, oh, ow, c)
    places: NDArray[np.uint8]  # of the maxima: the `index` of `ImageOps.max_pool2d`
    window: Window


def output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    """Number of window positions along one axis: `(size + 2 * padding - kernel_size) // stride + 1`."""
    return (size + 2 * padding - kernel_size) // stride + 1


def conv_shape(x: Sequence[int], weight: Sequence[int], stride: int, padding: int) -> Shape:
    """Shape `(n, oh, ow, o)` of a convolution, by those of x `(n, h, w, c)` and weight `(kh, kw, c, o)`."""
    (n, h, w, _), (kh, kw, _, channels) = x, weight
    return n, output_size(h, kh, stride, padding), output_size(w, kw, stride, padding), channels


def pool_shape(x: Sequence[int], kernel_size: int, stride: int) -> Shape:
    """Shape `(n, oh, ow, c)` of what pooling makes of x, by its shape `(n, h, w, c)`."""
    n, h, w, c = x
    return n, output_size(h, kernel_size, stride), output_size(w, kernel_size, stride), c


def channels_last(x: Array) -> Array:
    """`(N, C, H, W)` -> view of shape `(N, H, W, C)`; `(N, C)` stays as it is."""
    return x.transpose(0, 2, 3, 1) if x.ndim == 4 else x


def channels_first(x: Array) -> Array:
    """`(N, H, W, C)` -> view of shape `(N, C, H, W)`; `(N, C)` stays as it is."""
    return x.transpose(0, 3, 1, 2) if x.ndim == 4 else x


class ImageOps(GroupOps):
    """Mixin of `NumpyOps` with the operations on images."""

    # what NumpyOps has
    matmul: Callable[..., Array]
    linear: Callable[..., Array]
    linear_grad_weight: Callable[..., Array]

    def scaled(self, images: NDArray[np.uint8], max_value: int, dtype: DTypeLike = np.float32) -> Array:
        """Pixels of any shape as floats: `images / max_value`."""
        return np.divide(images, max_value, dtype=dtype)

    #: Largest array of patches made at once by `conv2d`, in numbers (16 MB of float32).
    max_patch_numbers = 1 << 22

    def conv2d(self, x: Array, weight: Array, bias: Array | None, stride: int, padding: int) -> Array:
        """Convolution of x `(n, h, w, c)` with weight `(kh, kw, c, o)` -> `(n, oh, ow, o)`, C-contiguous.

            y[n, i, j, o] = bias[o] + sum over (u, v, c) of x[n, s*i+u-p, s*j+v-p, c] * weight[u, v, c, o]

        x counts as 0 outside.  One product of the patches (`im2col`) with the weight seen as a matrix; with a
        weight `(kh, kw, c / g, o)` a convolution in g groups, see `nncore.group_ops`.
        """
        n, oh, ow, channels = shape = conv_shape(x.shape, weight.shape, stride, padding)
        y = np.empty(shape, x.dtype)
        if weight.shape[2] < x.shape[3]:
            self.grouped_conv2d(x, weight, bias, y, stride, padding)
            return y
        kh, kw = weight.shape[:2]
        matrix = weight.reshape(-1, channels)
        for part in self._parts(n, oh * ow * len(matrix)):
            patches = self.im2col(x[part], (kh, kw), stride, padding)
            self.linear(patches, matrix, bias, y[part].reshape(-1, channels))
        return y

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
        """`conv2d`, an activation and, with `pool` (kernel_size, stride), `max_pool2d` -> (y, index).

        In one go: what lies between them never leaves the cache.  `index` is None without pooling.  The
        answer is None if this is not offered, as always here: NumPy has no such operation.
        """
        return None

    def conv2d_grad_input(
        self, grad: Array, weight: Array, shape: Sequence[int], stride: int, padding: int
    ) -> Array:
        """Gradient in x of `conv2d`, given that of its output -> array of `shape` (n, h, w, c).

        `grad @ weight.T`, its patches added up where they overlap (`col2im`).
        """
        kh, kw, inputs, channels = weight.shape
        image = np.empty(tuple(shape), grad.dtype)
        if inputs < shape[3]:
            self.grouped_conv2d_grad_input(grad, weight, image, stride, padding)
            return image
        matrix, (n, oh, ow, _) = weight.reshape(-1, channels), grad.shape
        for part in self._parts(n, oh * ow * len(matrix)):
            patches = self.matmul(np.ascontiguousarray(grad[part]).reshape(-1, channels), matrix.T)
            image[part] = self.col2im(patches, image[part].shape, (kh, kw), stride, padding)
        return image

    def conv2d_grad_weight(
        self,
        x: Array,
        grad: Array | PooledGrad,
        shape: Sequence[int],
        stride: int,
        padding: int,
        out: Array | None = None,
    ) -> Array:
        """Gradient in the weight of `conv2d`, given that of its output -> array of `shape` (kh, kw, c, o).

        `patches.T @ grad`, added up over the images.
        """
        grad = self.unpooled(grad, conv_shape(x.shape, shape, stride, padding))
        n, oh, ow, channels = grad.shape
        if out is None:
            out = np.empty(tuple(shape), grad.dtype)
        if shape[2] < x.shape[3]:
            self.grouped_conv2d_grad_weight(x, grad, out, stride, padding)
            return out
        out[...] = 0
        for part in self._parts(n, oh * ow * math.prod(shape[:3])):
            patches = self.im2col(x[part], (shape[0], shape[1]), stride, padding)
            rows = np.ascontiguousarray(grad[part]).reshape(-1, channels)
            out += self.linear_grad_weight(patches, rows).reshape(shape)
        return out

    def _parts(self, n: int, numbers: int) -> Iterator[slice]:
        """Slices of n images whose patches, `numbers` each, fit `max_patch_numbers`."""
        size = max(1, self.max_patch_numbers // max(1, numbers))
        return (slice(start, start + size) for start in range(0, n, size))

    def im2col(
        self, x: Array, kernel_size: tuple[int, int], stride: int, padding: int, out: Array | None = None
    ) -> Array:
        """Every patch of x `(n, h, w, c)` as a row -> `(n * oh * ow, kh * kw * c)`, C-contiguous.

        Outside the image lie `padding` zeros on each side; `oh = (h + 2 * padding - kh) // stride + 1`.
        A row holds its patch in the order (kh, kw, c), so a convolution is one product with a weight of
        shape `(kh * kw * c, o)`.
        """
        n, h, w, c = x.shape
        kh, kw = kernel_size
        oh, ow = output_size(h, kh, stride, padding), output_size(w, kw, stride, padding)
        x = padded(x, padding)
        if out is None:
            out = np.empty((n * oh * ow, kh * kw * c), x.dtype)
        sn, sh, sw, sc = x.strides
        patches = np.lib.stride_tricks.as_strided(
            x, (n, oh, ow, kh, kw, c), (sn, sh * stride, sw * stride, sh, sw, sc), writeable=False
        )
        out.reshape(n, oh, ow, kh, kw, c)[...] = patches
        return out

    def patch_moments(
        self, x: Array, kernel_size: tuple[int, int], stride: int, padding: int
    ) -> tuple[Array, Array]:
        """Mean `(k,)` and (biased) covariance `(k, k)` of the patches of x `(n, h, w, c)`.

        Patches are the rows of `im2col`, of `k = kh * kw * c` numbers.
        """
        patches = self.im2col(x, kernel_size, stride, padding)
        mean = patches.mean(axis=0)
        patches -= mean
        return mean, self.matmul(patches.T, patches) / x.dtype.type(len(patches))

    def col2im(
        self, cols: Array, shape: Sequence[int], kernel_size: tuple[int, int], stride: int, padding: int
    ) -> Array:
        """The transpose of `im2col`: rows `(n * oh * ow, kh * kw * c)` added up into images of `shape`.

        `shape` is (n, h, w, c).
        """
        n, h, w, c = shape
        kh, kw = kernel_size
        oh, ow = output_size(h, kh, stride, padding), output_size(w, kw, stride, padding)
        patches = cols.reshape(n, oh, ow, kh, kw, c)
        image = np.zeros((n, h + 2 * padding, w + 2 * padding, c), cols.dtype)
        for i, j, window in windows(image, kernel_size, (oh, ow), stride):
            window += patches[:, :, :, i, j]
        return image[:, padding : padding + h, padding : padding + w]

    def max_pool2d(self, x: Array, kernel_size: int, stride: int) -> tuple[Array, NDArray[np.uint8]]:
        """Largest value of each window of x `(n, h, w, c)` -> (y, index), C-contiguous `(n, oh, ow, c)`.

        `index` (uint8) is the place of the (first) maximum in its window, `row * kernel_size + column`.
        `oh = (h - kernel_size) // stride + 1`.  A NaN in a window makes its result NaN.
        """
        _, oh, ow, _ = pool_shape(x.shape, kernel_size, stride)
        candidates = (window for *_, window in windows(x, (kernel_size, kernel_size), (oh, ow), stride))
        best = next(candidates).copy(order="C")
        index = np.zeros(best.shape, np.uint8)
        for k, candidate in enumerate(candidates, start=1):
            np.maximum(index, (candidate > best) * np.uint8(k), out=index)  # k grows: the last winner stays
            np.maximum(best, candidate, out=best)
        return best, index

    def max_pool2d_backward(
        self, grad: Array, index: NDArray[np.uint8], shape: Sequence[int], kernel_size: int, stride: int
    ) -> Array:
        """Send grad `(n, oh, ow, c)` to the inputs that won -> C-contiguous array of `shape` (n, h, w, c)."""
        image = np.zeros(tuple(shape), grad.dtype)
        # As integers, so that what is multiplied by 0 is 0 even where grad is not finite.
        bits = np.ascontiguousarray(grad).view(f"u{grad.itemsize}")
        places = windows(image, (kernel_size, kernel_size), grad.shape[1:3], stride)
        for k, (*_, target) in enumerate(places):
            target += (bits * (index == k)).view(grad.dtype)
        return image

    def unpooled(self, grad: Array | PooledGrad, shape: Sequence[int]) -> Array:
        """The gradient in maps of `shape` (n, h, w, c), spread out if it is that behind their pooling."""
        if isinstance(grad, PooledGrad):
            return self.max_pool2d_backward(grad.grad, grad.places, shape, *grad.window)
        return grad
