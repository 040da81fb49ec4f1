"""Convolution in groups of channels, as a part of `nncore.ops.NumpyOps`, whose conventions hold.

Images are channels last, `(n, h, w, c)`.  The channels of input and output fall into g equal groups, each a
convolution of its own, with weights `(kh, kw, c / g, o / g)` that lie side by side in one
`(kh, kw, c / g, o)`.  Depthwise, with a group for every channel, there is no sum over channels and so no
product of matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from nncore.arrays import Array
from nncore.windows import padded, windows


class GroupOps:
    """Mixin of `NumpyOps`: its convolutions where the weight is for fewer channels than the image has."""

    # what NumpyOps has
    conv2d: Callable[..., Array]
    conv2d_grad_input: Callable[..., Array]
    conv2d_grad_weight: Callable[..., Array]

    def grouped_conv2d(
        self, x: Array, weight: Array, bias: Array | None, y: Array, stride: int, padding: int
    ) -> None:
        """`conv2d` of x `(n, h, w, c)` into y `(n, oh, ow, o)`."""
        if _is_depthwise(x.shape, weight.shape):
            y[...] = 0 if bias is None else bias
            for u, v, window in windows(padded(x, padding), weight.shape[:2], y.shape[1:3], stride):
                y += window * weight[u, v, 0]
        else:
            for inputs, outputs in _groups(x.shape, weight.shape):
                own = np.ascontiguousarray(weight[..., outputs])
                y[..., outputs] = self.conv2d(
                    x[..., inputs], own, None if bias is None else bias[outputs], stride, padding
                )

    def grouped_conv2d_grad_input(
        self, grad: Array, weight: Array, dx: Array, stride: int, padding: int
    ) -> None:
        """`conv2d_grad_input` into dx `(n, h, w, c)`."""
        if _is_depthwise(dx.shape, weight.shape):
            n, h, w, c = dx.shape
            image = np.zeros((n, h + 2 * padding, w + 2 * padding, c), grad.dtype)
            for u, v, window in windows(image, weight.shape[:2], grad.shape[1:3], stride):
                window += grad * weight[u, v, 0]
            dx[...] = image[:, padding : padding + h, padding : padding + w]
        else:
            for inputs, outputs in _groups(dx.shape, weight.shape):
                own, part = np.ascontiguousarray(weight[..., outputs]), dx[..., inputs]
                part[...] = self.conv2d_grad_input(grad[..., outputs], own, part.shape, stride, padding)

    def grouped_conv2d_grad_weight(self, x: Array, grad: Array, dw: Array, stride: int, padding: int) -> None:
        """`conv2d_grad_weight` into dw `(kh, kw, c / g, o)`."""
        if _is_depthwise(x.shape, dw.shape):
            for u, v, window in windows(padded(x, padding), dw.shape[:2], grad.shape[1:3], stride):
                dw[u, v, 0] = np.einsum("nijc,nijc->c", window, grad)
        else:
            for inputs, outputs in _groups(x.shape, dw.shape):
                shape = dw[..., outputs].shape
                dw[..., outputs] = self.conv2d_grad_weight(
                    x[..., inputs], grad[..., outputs], shape, stride, padding
                )


def _is_depthwise(image: Sequence[int], weight: Sequence[int]) -> bool:
    """Whether each channel of the image has one kernel of its own, by the shapes."""
    return weight[2] == 1 and weight[3] == image[3]


def _groups(image: Sequence[int], weight: Sequence[int]) -> Iterator[tuple[slice, slice]]:
    """The channels of the image and of the output that belong together."""
    groups = image[3] // weight[2]
    size, made = weight[2], weight[3] // groups
    for group in range(groups):
        yield slice(group * size, (group + 1) * size), slice(group * made, (group + 1) * made)
