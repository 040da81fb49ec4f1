"""A convolution with the batch norm after it, in two ways that are less work than one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nncore import ops
from nncore.activations import Activation
from nncore.block import Fusable
from nncore.image_ops import BlockOutput, PooledGrad, Window, channels_first
from nncore.ops import Array

if TYPE_CHECKING:
    from nncore.batch_norm import BatchNorm2d
    from nncore.conv import Conv2d


def pays(numbers: int, channels: int) -> bool:
    """Whether covariances of patches of so many numbers are less work than a convolution to `channels`."""
    return numbers <= channels


def normalized(conv: Conv2d, norm: BatchNorm2d) -> ConvAndNorm | None:
    """The two as one, the way that is less work; None if they do not fit each other."""
    if norm.num_features != conv.out_channels or norm.weight.data.dtype != conv.weight.data.dtype:
        return None
    at_once = conv.groups == 1 and pays(conv.kernel_size**2 * conv.in_channels, conv.out_channels)
    return (NormalizedConv if at_once else ConvThenNorm)(conv, norm)


class ConvAndNorm(Fusable):
    """`Conv2d` and `BatchNorm2d`: the same as one by one.  This is what its two kinds share.

    `last` is the one that computes the output, from what `operands` gives.

    Shape: that of the convolution.
    """

    def __init__(self, conv: Conv2d, norm: BatchNorm2d, last: Fusable) -> None:
        self.conv, self.norm, self._last = conv, norm, last

    @property
    def output_shape(self) -> tuple[int, ...]:
        return self.conv.output_shape

    def compute(self, operands: tuple[Any, ...]) -> Array:
        return self._last.compute(operands)

    def compute_block(
        self, operands: tuple[Any, ...], activation: Activation, window: Window | None
    ) -> BlockOutput | None:
        return self._last.compute_block(operands, activation, window)

    def _add_conv_grads(
        self, weight_grad: Callable[[Array | None], Array], total: Callable[[], Array]
    ) -> None:
        """Add the convolution's gradients, given its weight's and, for its bias, the sum of its output's.

        The sum is 0, and not asked for, where batch norm takes away what the bias adds.
        """
        weight, bias = self.conv.weight, self.conv.bias
        weight.add_grad(weight_grad)
        if bias is not None:
            bias.add_grad(lambda _: np.zeros_like(bias.data) if self.norm.from_batch else total())


class NormalizedConv(ConvAndNorm):
    """Both as one convolution, without a look at the maps between them.

    A convolution is linear in its patches p, and batch norm is linear but for the mean and variance of what
    it gets; these follow from the mean m and covariance C of the patches, with W the weight as a matrix:

        mean = W.T m + bias;    var = diag(W.T C W)

    So the output is one convolution, with `W * factor`.  Going back, with g the gradient in the output and
    `G = sum over positions of (p - m) g.T`, which is the weight gradient of a plain convolution,

        sum of g * xhat = scale * diag(W.T G);    dW = factor * (G - C W * scale * (sum of g * xhat))

    and the gradient in the convolution's bias is 0, for batch norm takes away what it adds.  It pays where
    patches have few numbers, as in the first layer, whose maps are the largest.
    """

    takes_pooled = ("backward_params",)

    def __init__(self, conv: Conv2d, norm: BatchNorm2d) -> None:
        super().__init__(conv, norm, conv)
        self._operands: tuple[Any, ...] = ()
        self._patch_mean = self._covariance = conv.weight.data[:0]

    def operands(self, x: Array) -> tuple[Any, ...]:
        conv, norm = self.conv, self.norm
        self._operands = x, weight, bias, stride, padding = conv.operands(x)

        def moments() -> tuple[Array, Array]:
            made = ops.backend().patch_moments(x, (conv.kernel_size, conv.kernel_size), stride, padding)
            self._patch_mean, self._covariance = made
            variance = (self._matrix * (self._covariance @ self._matrix)).sum(axis=0)
            mean = self._patch_mean @ self._matrix + (0 if bias is None else bias)
            return mean, np.maximum(variance, 0)

        n, height, width, _ = conv.output_shape
        norm.prepare(n * height * width, moments)
        offset = norm.bias.data + ((0 if bias is None else bias) - norm.mean) * norm.factor
        return x, weight * norm.factor, offset, stride, padding

    def backward_params(self, grad_output: Array | PooledGrad) -> None:
        conv, norm, matrix = self.conv, self.norm, self._matrix
        grad = conv.checked(grad_output)
        total, product = conv.sum_grad(grad), conv.weight_grad(grad).reshape(matrix.shape)
        if norm.from_batch:
            product = product - self._patch_mean[:, None] * total
            along = norm.scale * (matrix * product).sum(axis=0)
            slope = self._covariance @ matrix * (norm.scale * along)
        else:
            apart = (0 if conv.bias is None else conv.bias.data) - norm.mean
            along = norm.scale * ((matrix * product).sum(axis=0) + apart * total)
            slope = np.zeros_like(matrix)
        norm.add_grads(total, along)
        weight_grad = (norm.factor * (product - slope)).reshape(conv.weight.data.shape)
        self._add_conv_grads(lambda _: weight_grad, lambda: norm.factor * total)

    def backward_input(self, grad_output: Array) -> Array:
        """By way of the maps between the two, which are made again where their mean and variance matter."""
        if not self.norm.from_batch:
            n, h, w, c = self.conv.output_shape
            self.conv.check_grad(grad_output, (n, c, h, w))
            return self.conv.backward_input(grad_output * self.norm.factor[:, None, None])
        maps_grad = self.norm.gradient_at(self.conv.compute(self._operands), grad_output)
        return self.conv.backward_input(maps_grad)

    @property
    def _matrix(self) -> Array:
        """The convolution's weight, one row for each number of a patch."""
        return self.conv.weight.data.reshape(-1, self.conv.out_channels)


class ConvThenNorm(ConvAndNorm):
    """One after the other, where the other way does not pay; the maps' mean and variance as they are made."""

    takes_pooled = ("backward", "backward_params")

    def __init__(self, conv: Conv2d, norm: BatchNorm2d) -> None:
        super().__init__(conv, norm, norm)

    def operands(self, x: Array) -> tuple[Any, ...]:
        given = self.conv.operands(x)
        if not (self.norm.training and len(x)):  # nothing has moments
            return self.norm.operands(self.conv.compute(given))
        maps, mean, variance = ops.backend().conv2d_moments(*given)
        return self.norm.operands(channels_first(maps), (mean, variance))

    def backward_params(self, grad_output: Array | PooledGrad) -> None:
        if self.conv.is_trained():
            self._conv_params(self.norm.backward(grad_output))
        else:
            self.norm.backward_params(self.norm.spread(grad_output))

    def backward_input(self, grad_output: Array) -> Array:
        return self.conv.backward_input(self.norm.backward_input(grad_output))

    def backward(self, grad_output: Array | PooledGrad) -> Array:
        maps_grad = self.norm.backward(grad_output)
        self._conv_params(maps_grad)
        return self.conv.backward_input(maps_grad)

    def _conv_params(self, maps_grad: Array) -> None:
        conv, grad = self.conv, self.conv.checked(maps_grad)
        self._add_conv_grads(lambda out: conv.weight_grad(grad, out), lambda: conv.sum_grad(grad))
