"""Convolution over images.

Arrays are `(N, C, H, W)` in shape, as in PyTorch, but channels last in memory: `x.transpose(0, 2, 3, 1)` is
contiguous.  A convolution is then a matrix product whose result needs no rearranging.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from nncore import init as initializers
from nncore import ops
from nncore.activations import Activation
from nncore.batch_norm import BatchNorm2d
from nncore.block import Fusable, fused
from nncore.image_ops import BlockOutput, PooledGrad, Window, channels_first, channels_last, output_size
from nncore.module import LAYERS, Module
from nncore.normalized_conv import normalized
from nncore.ops import Array
from nncore.parameter import Parameter


@LAYERS.add("Conv2d", "convolution")
class Conv2d(Fusable):
    """Convolution (strictly, cross-correlation, as in PyTorch) with stride s and p zeros of padding.

        y[n, o, i, j] = bias[o] + sum over (u, v, c) of x[n, c, s*i + u - p, s*j + v - p] * weight[u, v, c, o]

    `ops.conv2d` and its two gradients do the work.

    With g groups, the first out_channels/g channels of the output see the first in_channels/g of the input,
    and so on; with as many groups as channels the convolution is depthwise.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int       side of the square kernel
    stride, padding : int
    bias : bool
    groups : int            a divisor of both numbers of channels
    init, rng : as for `Linear`; fan_in is `kernel_size**2 * in_channels / groups`

    Shape: `(n, in_channels, h, w)` -> `(n, out_channels, oh, ow)`,
    where `oh = (h + 2 * padding - kernel_size) // stride + 1`.

    Attributes
    ----------
    weight : Parameter of shape (kernel_size, kernel_size, in_channels / groups, out_channels)
        Oriented as `Linear.weight` (inputs before outputs): `weight.transpose(3, 2, 0, 1)` is PyTorch's.
    bias : Parameter of shape (out_channels,), or None
    """

    takes_pooled = ("backward_params",)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
        *,
        groups: int = 1,
        init: str = "uniform",
        rng: np.random.Generator | int | None = None,
    ) -> None:
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"Conv2d: got groups={groups} for {in_channels} channels of input and {out_channels} of "
                "output; expected a divisor of both"
            )
        if kernel_size < 1 or stride < 1 or padding < 0:
            raise ValueError(
                f"Conv2d: got kernel_size={kernel_size}, stride={stride}, padding={padding}; "
                "expected kernel_size and stride of at least 1 and padding of at least 0"
            )
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding, self.groups = kernel_size, stride, padding, groups
        self.init = init
        shape = (kernel_size, kernel_size, in_channels // groups, out_channels)
        self.weight = Parameter(np.empty(shape, np.float32))
        self.bias = Parameter(np.empty(out_channels, np.float32)) if bias else None
        self.reset_parameters(np.random.default_rng(rng))
        self._x: Array | None = None

    def reset_parameters(self, rng: np.random.Generator) -> None:
        """Draw weight and bias anew."""
        fan_in = self.kernel_size**2 * self.in_channels // self.groups
        fan_out = self.kernel_size**2 * self.out_channels // self.groups
        self.weight.data[...] = initializers.init_weight(
            self.init, self.weight.data.shape, fan_in, fan_out, rng
        )
        if self.bias is not None:
            self.bias.data[...] = initializers.init_bias(self.init, self.out_channels, fan_in, rng)

    @property
    def expects(self) -> str:
        return f"(batch, {self.in_channels}, height, width), padded at least {self.kernel_size} pixels a side"

    def output_size(self, size: int) -> int:
        """Height (width) of the output for an input of height (width) `size`."""
        return output_size(size, self.kernel_size, self.stride, self.padding)

    def operands(self, x: Array) -> tuple[Array, Array, Array | None, int, int]:
        ok = x.ndim == 4 and x.shape[1] == self.in_channels and min(map(self.output_size, x.shape[2:])) > 0
        self.check(x, ok, self.weight.data.dtype)
        self._x = channels_last(x)
        bias = None if self.bias is None else self.bias.data
        return self._x, self.weight.data, bias, self.stride, self.padding

    def compute(self, operands: tuple[Any, ...]) -> Array:
        return channels_first(ops.backend().conv2d(*operands))

    def compute_block(
        self, operands: tuple[Any, ...], activation: Activation, window: Window | None
    ) -> BlockOutput | None:
        x, weight, bias, stride, padding = operands
        return ops.backend().conv2d_block(x, weight, bias, stride, padding, activation, window)

    def backward_params(self, grad_output: Array | PooledGrad) -> None:
        """`weight.grad += patches.T @ grad`, `bias.grad += grad` summed over samples and positions."""
        grad = self.checked(grad_output)
        self.weight.add_grad(lambda out: self.weight_grad(grad, out))
        if self.bias is not None:
            self.bias.add_grad(lambda out: self.sum_grad(grad, out))

    def weight_grad(self, grad: Array | PooledGrad, out: Array | None = None) -> Array:
        """Gradient in the weight, given what `checked` gives."""
        x, shape = self.saved(self._x), self.weight.data.shape
        return ops.backend().conv2d_grad_weight(x, grad, shape, self.stride, self.padding, out)

    def sum_grad(self, grad: Array | PooledGrad, out: Array | None = None) -> Array:
        """Gradient in the bias, given what `checked` gives."""
        rows = (grad.grad if isinstance(grad, PooledGrad) else grad).reshape(-1, self.out_channels)
        return ops.backend().sum_rows(rows, out)

    def backward_input(self, grad_output: Array) -> Array:
        """Each position's gradient sent back to the pixels of its patch, weighted as in the forward pass."""
        grad, shape = self.checked(grad_output), self.saved(self._x).shape
        backend = ops.backend()
        return channels_first(
            backend.conv2d_grad_input(grad, self.weight.data, shape, self.stride, self.padding)
        )

    @property
    def output_shape(self) -> tuple[int, int, int, int]:
        """Shape of the last output, channels last."""
        n, h, w, _ = self.saved(self._x).shape
        return n, self.output_size(h), self.output_size(w), self.out_channels

    @overload
    def checked(self, grad_output: Array) -> Array: ...
    @overload
    def checked(self, grad_output: Array | PooledGrad) -> Array | PooledGrad: ...
    def checked(self, grad_output: Array | PooledGrad) -> Array | PooledGrad:
        """The output's gradient with channels last, contiguous, or that behind pooling as it is."""
        if isinstance(grad_output, PooledGrad):
            return grad_output
        n, h, w, c = self.output_shape
        self.check_grad(grad_output, (n, c, h, w))
        return np.ascontiguousarray(channels_last(grad_output))

    def fuse(self, following: Sequence[Module]) -> tuple[Module, int]:
        """With batch norm, an activation and the pooling after it.  Subclasses may compute something else."""
        if type(self) is not Conv2d:
            return self, 0
        norm = following[0] if following else None
        if type(norm) is BatchNorm2d and (both := normalized(self, norm)):
            step, taken = fused(both, following[1:])
            return step, taken + 1
        return fused(self, following)

    def extra_repr(self) -> str:
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding}, bias={self.bias is not None}"
            + (f", groups={self.groups}" if self.groups > 1 else "")
        )
