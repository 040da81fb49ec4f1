"""A convolution with what follows it, computed in one go where the backend can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nncore import ops
from nncore.activations import Activation
from nncore.image_ops import channels_first, channels_last
from nncore.module import Module
from nncore.ops import Array

if TYPE_CHECKING:
    from nncore.conv import Conv2d, MaxPool2d


class ConvBlock(Module):
    """Conv2d, an activation and perhaps MaxPool2d: the same as one by one, without what lies between.

    The three stay layers of their own; this runs them in a `Sequential`, one by one where the backend offers
    nothing better.

    Shape: that of the convolution's input -> that of the last layer's output.
    """

    def __init__(self, conv: Conv2d, activation: Activation, pool: MaxPool2d | None) -> None:
        self.conv, self.activation, self.pool = conv, activation, pool
        self._fused: tuple[Array, NDArray[np.uint8] | None] | None = None  # output and places of the maxima

    def forward(self, x: Array) -> Array:
        conv, activation, pool = self.conv, self.activation, self.pool
        window = (pool.kernel_size, pool.stride) if pool else None
        self._fused = ops.backend().conv2d_block(*conv.operands(x), activation, window)
        if self._fused is None:
            x = activation(conv(x))
            return pool(x) if pool else x
        return channels_first(self._fused[0])

    def backward_params(self, grad_output: Array) -> None:
        self.conv.backward_params(self._through(grad_output))

    def backward_input(self, grad_output: Array) -> Array:
        return self.conv.backward_input(self._through(grad_output))

    def backward(self, grad_output: Array) -> Array:
        return self.conv.backward(self._through(grad_output))

    def _through(self, grad_output: Array) -> Array:
        """Gradient in the convolution's output."""
        if self._fused is None:
            grad = self.pool.backward_input(grad_output) if self.pool else grad_output
            return self.activation.backward_input(grad)
        y, index = self._fused
        self.check_grad(grad_output, channels_first(y).shape)
        backend = ops.backend()
        grad = np.ascontiguousarray(channels_last(grad_output))
        # The activation's slope at the place of a maximum follows from the maximum.
        grad = backend.activation_grad(self.activation, y, grad)
        if self.pool and index is not None:
            pool, shape = self.pool, self.conv.output_shape
            grad = backend.max_pool2d_backward(grad, index, shape, pool.kernel_size, pool.stride)
        return channels_first(grad)
