"""What a drawing sets off in a network, layer by layer."""

from __future__ import annotations

from typing import NamedTuple

from nncore.evaluate import activations
from nncore.layers import Dropout, Flatten
from nncore.module import Sequential
from nncore.ops import Array
from web.insight.pictures import rectangle


class Response(NamedTuple):
    """The output of one layer for one input.

    Attributes
    ----------
    title : such as "1 · Linear".
    shape : of the output, without the batch.
    pictures : (n, h, w): the channels of an image, or all units of a vector as one picture.
    """

    title: str
    shape: tuple[int, ...]
    pictures: Array


def responses(model: Sequential, image: Array) -> list[Response]:
    """The outputs of all layers for `image` (h, w), but for those that pass on what they get."""
    found = []
    for index, (layer, output) in enumerate(zip(model, activations(model, image[None, None]), strict=True)):
        if isinstance(layer, Flatten | Dropout):
            continue
        values = output[0]
        pictures = values if values.ndim == 3 else rectangle(values)[None]
        found.append(Response(f"{index} · {type(layer).__name__}", values.shape, pictures))
    return found
