"""Max pooling over images; see `nncore.conv` for their layout."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nncore import ops
from nncore.image_ops import channels_first, channels_last
from nncore.module import LAYERS, Module
from nncore.ops import Array


@LAYERS.add("MaxPool2d", "max pooling")
class MaxPool2d(Module):
    """The largest value of each window: `y[n, c, i, j] = max over (u, v) of x[n, c, s*i + u, s*j + v]`.

    The gradient goes to the position that won, the first of equals.

    Parameters
    ----------
    kernel_size : int               side of the square window
    stride : int, optional          default: kernel_size

    Shape: `(n, c, h, w)` -> `(n, c, oh, ow)` with `oh = (h - kernel_size) // stride + 1`.
    """

    def __init__(self, kernel_size: int, stride: int | None = None) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        if not 1 <= kernel_size <= 16 or self.stride < 1:
            raise ValueError(
                f"MaxPool2d: got kernel_size={kernel_size}, stride={self.stride}; "
                "expected a kernel_size from 1 to 16 and a stride of at least 1"
            )
        self._shape: tuple[int, ...] = ()
        self._index: NDArray[np.uint8] | None = None

    @property
    def expects(self) -> str:
        return f"(batch, channels, height, width), {self.kernel_size} or more pixels a side"

    def forward(self, x: Array) -> Array:
        ok = x.ndim == 4 and min(x.shape[2:]) >= self.kernel_size
        self.check(x, ok)
        image = channels_last(x)
        self._shape = image.shape
        y, self._index = ops.backend().max_pool2d(image, self.kernel_size, self.stride)
        return channels_first(y)

    def backward_input(self, grad_output: Array) -> Array:
        index = self.saved(self._index)
        n, oh, ow, c = index.shape
        self.check_grad(grad_output, (n, c, oh, ow))
        grad = channels_last(grad_output)
        image = ops.backend().max_pool2d_backward(grad, index, self._shape, self.kernel_size, self.stride)
        return channels_first(image)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}"
