"""The first layer's weights as pictures: what each neuron looks for."""

from __future__ import annotations

from typing import NamedTuple

from nncore.conv import Conv2d
from nncore.linear import Linear
from nncore.module import Sequential
from nncore.ops import Array


class FirstLayer(NamedTuple):
    """Weights of the first layer that has any.

    Attributes:
        pictures: (units, h, w) view: images of the input's shape for a Linear, kernels for a Conv2d.
        kernels: whether they are kernels.
    """

    pictures: Array
    kernels: bool


def first_layer(model: Sequential, image_shape: tuple[int, int]) -> FirstLayer:
    """The pictures for a network over single-channel images of `image_shape`. Nothing is copied."""
    for layer in model:
        if isinstance(layer, Conv2d):
            return FirstLayer(layer.weight.data[:, :, 0, :].transpose(2, 0, 1), True)
        if isinstance(layer, Linear):
            return FirstLayer(layer.weight.data.T.reshape(-1, *image_shape), False)
    raise TypeError(f"first_layer: got {model!r}, expected a network that begins with a Linear or Conv2d")
