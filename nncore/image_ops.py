"""Operations on images, as a part of `nncore.ops.NumpyOps`: patches for convolution, and max pooling.

Images are channels last, `(n, h, w, c)`; the conventions of `nncore.ops` hold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nncore.arrays import Array


def output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    """Number of window positions along one axis: `(size + 2 * padding - kernel_size) // stride + 1`."""
    return (size + 2 * padding - kernel_size) // stride + 1


class ImageOps:
    """Mixin of `NumpyOps` with the operations on images."""

    def scaled(self, images: NDArray[np.uint8], max_value: int, dtype: DTypeLike = np.float32) -> Array:
        """Pixels of any shape as floats: `images / max_value`."""
        return np.divide(images, max_value, dtype=dtype)

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
        if padding:
            padded = np.zeros((n, h + 2 * padding, w + 2 * padding, c), x.dtype)
            padded[:, padding : padding + h, padding : padding + w] = x
            x = padded
        if out is None:
            out = np.empty((n * oh * ow, kh * kw * c), x.dtype)
        sn, sh, sw, sc = x.strides
        patches = np.lib.stride_tricks.as_strided(
            x, (n, oh, ow, kh, kw, c), (sn, sh * stride, sw * stride, sh, sw, sc), writeable=False
        )
        out.reshape(n, oh, ow, kh, kw, c)[...] = patches
        return out

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
        for i in range(kh):
            for j in range(kw):
                image[:, i : i + stride * oh : stride, j : j + stride * ow : stride] += patches[:, :, :, i, j]
        return image[:, padding : padding + h, padding : padding + w]

    def max_pool2d(self, x: Array, kernel_size: int, stride: int) -> tuple[Array, NDArray[np.uint8]]:
        """Largest value of each window of x `(n, h, w, c)` -> (y, index), C-contiguous `(n, oh, ow, c)`.

        `index` (uint8) is the place of the (first) maximum in its window, `row * kernel_size + column`.
        `oh = (h - kernel_size) // stride + 1`.  A NaN in a window makes its result NaN.
        """
        oh, ow = (output_size(size, kernel_size, stride) for size in x.shape[1:3])
        best = x[:, : stride * oh : stride, : stride * ow : stride].copy(order="C")
        index = np.zeros(best.shape, np.uint8)
        for k in range(1, kernel_size * kernel_size):
            i, j = divmod(k, kernel_size)
            candidate = x[:, i : i + stride * oh : stride, j : j + stride * ow : stride]
            np.maximum(index, (candidate > best) * np.uint8(k), out=index)  # k grows: the last winner stays
            np.maximum(best, candidate, out=best)
        return best, index

    def max_pool2d_backward(
        self, grad: Array, index: NDArray[np.uint8], shape: Sequence[int], kernel_size: int, stride: int
    ) -> Array:
        """Send grad `(n, oh, ow, c)` to the inputs that won -> C-contiguous array of `shape` (n, h, w, c)."""
        oh, ow = grad.shape[1:3]
        image = np.zeros(tuple(shape), grad.dtype)
        # As integers, so that what is multiplied by 0 is 0 even where grad is not finite.
        bits = np.ascontiguousarray(grad).view(f"u{grad.itemsize}")
        for k in range(kernel_size * kernel_size):
            i, j = divmod(k, kernel_size)
            target = image[:, i : i + stride * oh : stride, j : j + stride * ow : stride]
            target += (bits * (index == k)).view(grad.dtype)
        return image
