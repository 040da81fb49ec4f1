"""A convolution with the batch norm after it, computed as one convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nncore import ops
from nncore.activations import Activation
from nncore.block import Fusable
from nncore.image_ops import BlockOutput, PooledGrad, Window
from nncore.ops import Array

if TYPE_CHECKING:
    from nncore.batch_norm import BatchNorm2d
    from nncore.conv import Conv2d


def pays(numbers: int, channels: int) -> bool:
    """Whether covariances of patches of so many numbers are less work than a convolution to `channels`."""
    return numbers <= channels


class NormalizedConv(Fusable):
    """`Conv2d` and `BatchNorm2d`: the same as one by one, without a look at the maps between them.

    A convolution is linear in its patches p, and batch norm is linear but for the mean and variance of what
    it gets; these follow from the mean m and covariance C of the patches, with W the weight as a matrix:

        mean = W.T m + bias;    var = diag(W.T C W)

    So the output is one convolution, with `W * factor`.  Going back, with g the gradient in the output and
    `G = sum over positions of (p - m) g.T`, which is the weight gradient of a plain convolution,

        sum of g * xhat = scale * diag(W.T G);    dW = factor * (G - C W * scale * (sum of g * xhat))

    and the gradient in the convolution's bias is 0, for batch norm takes away what it adds.  It pays where
    patches have few numbers, as in the first layer, whose maps are the largest (`worthwhile`).

    Shape: that of the convolution.
    """

    takes_pooled = True

    def __init__(self, conv: Conv2d, norm: BatchNorm2d) -> None:
        self.conv, self.norm = conv, norm
        self._operands: tuple[Any, ...] = ()
        self._patch_mean = self._covariance = conv.weight.data[:0]

    @staticmethod
    def worthwhile(conv: Conv2d, norm: BatchNorm2d) -> bool:
        """Whether the two fit each other, and to compute them at once pays."""
        fit = norm.num_features == conv.out_channels and norm.weight.data.dtype == conv.weight.data.dtype
        return fit and conv.groups == 1 and pays(conv.kernel_size**2 * conv.in_channels, conv.out_channels)

    @property
    def output_shape(self) -> tuple[int, ...]:
        return self.conv.output_shape

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

    def compute(self, operands: tuple[Any, ...]) -> Array:
        return self.conv.compute(operands)

    def compute_block(
        self, operands: tuple[Any, ...], activation: Activation, window: Window | None
    ) -> BlockOutput | None:
        return self.conv.compute_block(operands, activation, window)

    def backward_params(self, grad_output: Array | PooledGrad) -> None:
        conv, norm, matrix = self.conv, self.norm, self._matrix
        grad = conv.checked(grad_output)
        total, product = conv.sum_grad(grad), conv.weight_grad(grad).reshape(matrix.shape)
        if norm.from_batch:
            product = product - self._patch_mean[:, None] * total
            along = norm.scale * (matrix * product).sum(axis=0)
            slope, bias_grad = self._covariance @ matrix * (norm.scale * along), np.zeros_like(total)
        else:
            apart = (0 if conv.bias is None else conv.bias.data) - norm.mean
            along = norm.scale * ((matrix * product).sum(axis=0) + apart * total)
            slope, bias_grad = np.zeros_like(matrix), norm.factor * total
        norm.add_grads(total, along)
        weight_grad = (norm.factor * (product - slope)).reshape(conv.weight.data.shape)
        conv.weight.add_grad(lambda _: weight_grad)
        if conv.bias is not None:
            conv.bias.add_grad(lambda _: bias_grad)

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
