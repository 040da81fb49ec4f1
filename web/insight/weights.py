"""The first layer's weights as pictures: what each neuron looks for."""

from __future__ import annotations

from typing import NamedTuple

from nncore.module import Sequential
from nncore.ops import Array
from web.insight.units import is_conv, is_linear, weight


class FirstLayer(NamedTuple):
    """Weights of the first layer that has any.

    Attributes
    ----------
    pictures : (units, h, w) view: images of the input's shape for a Linear, kernels for a Conv2d.
    kernels : whether they are kernels.
    """

    pictures: Array
    kernels: bool


def first_layer(model: Sequential, image_shape: tuple[int, int]) -> FirstLayer | None:
    """The pictures for a network over single-channel images of `image_shape`. Nothing is copied.

    None if no layer has units (web.insight.units).
    """
    for layer in model:
        if is_conv(layer):
            return FirstLayer(weight(layer)[:, :, 0, :].transpose(2, 0, 1), True)
        if is_linear(layer):
            return FirstLayer(weight(layer).T.reshape(-1, *image_shape), False)
    return None
