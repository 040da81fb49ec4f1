"""A network as its picture shows it: the layers with units or maps, and what flows from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nncore.conv import Conv2d, channels_last
from nncore.layers import Dropout, Flatten
from nncore.module import Sequential
from nncore.ops import Array
from web.insight.units import as_conv, count, has_units, is_conv, is_linear, weight

Units = npt.NDArray[np.intp]
MOST = 4  # hidden layers in the picture; of a deeper network the first and the last ones


@dataclass(frozen=True)
class Stage:
    """One layer that has units, a Linear or a Conv2d or the visitor's like, and what belongs to it.

    Attributes
    ----------
    index : of the layer in the Sequential.
    units : how many it has; of a Conv2d, its maps.
    output : index of the layer that gives the units' final values (activation, normalisation).
    first : whether its inputs are the image.
    """

    index: int
    units: int
    output: int
    first: bool


def stages(model: Sequential, outputs: Sequence[Array]) -> list[Stage]:
    """All stages from input to output; the last one holds the classes.

    Parameters
    ----------
    outputs : of every layer for some batch, as `nncore.evaluate.activations` returns them.
    """
    layers = list(model)
    trained = [i for i, layer in enumerate(layers) if has_units(layer)]
    found = []
    for place, index in enumerate(trained):
        end = trained[place + 1] if place + 1 < len(trained) else len(layers)
        output = index
        # Up to what changes the shape, such as pooling: a map is shown as sharp as it was computed.
        while output + 1 < end and outputs[output + 1].shape == outputs[index].shape:
            output += 1
        found.append(Stage(index, count(layers[index]), output, place == 0))
    return found


def fitting(found: list[Stage]) -> list[Stage]:
    """Those of a network's stages that fit into the picture: of many the first and the last ones."""
    return found if len(found) <= MOST + 1 else [found[0], *found[-MOST:]]


def values(outputs: Sequence[Array], stage: Stage) -> Array:
    """What the units of a stage put out for the one image of `outputs`: (units,), or (units, h, w) of maps.

    Parameters
    ----------
    outputs : of every layer for a batch of one image, as `nncore.evaluate.activations` returns them.
    """
    return outputs[stage.output][0]


def strengths(model: Sequential, start: Stage, end: Stage) -> Array:
    """How strongly each unit of one stage is tied to each of the stage after it: (start.units, end.units).

    The size of a weight, or the norm of the weights where there are several (of a map or a kernel).
    """
    layer = list(model)[end.index]
    weights = weight(layer)
    if is_linear(layer):
        weights = weights.reshape(start.units, -1, end.units).transpose(1, 0, 2)[None]
    return np.sqrt(np.square(weights).sum(axis=(0, 1)))


def contributions(
    model: Sequential, outputs: Sequence[Array], start: Stage, end: Stage, source: Units, target: Units
) -> Array:
    """What each unit of one stage adds to each sum of the stage after it, for one image.

    Between Linear layers that is `h[i] * W[i, k]`; of a map, the sum over all its places (and, if it
    enters a Conv2d, over all places of the map that it leads to).

    Parameters
    ----------
    source, target : indices of units in `start` and `end`.

    Returns
    -------
    (len(source), len(target)); empty if other stages stand between the two.
    """
    layers = list(model)
    between = layers[start.index + 1 : end.index]
    if any(has_units(layer) for layer in between):
        return np.zeros((0, 0), np.float32)
    entering = end.index - 1
    while entering > start.index and isinstance(layers[entering], Flatten | Dropout):
        entering -= 1
    x, layer = outputs[entering][0][source], layers[end.index]
    if is_conv(layer):
        return _through_conv(as_conv(layer), x, source, target)
    weights = weight(layer)
    if x.ndim == 1:
        return x[:, None] * weights[np.ix_(source, target)]
    places = x[0].size
    blocks = weights.reshape(-1, places, end.units)[source][:, :, target]
    return np.einsum("cp,cpk->ck", x.reshape(len(x), places), blocks)


def _through_conv(layer: Conv2d, x: Array, source: Units, target: Units) -> Array:
    """(source, target) sums, over all places, of what maps `x` (source, h, w) add to the target maps."""
    size, stride, pad = layer.kernel_size, layer.stride, layer.padding
    padded = np.pad(channels_last(x[None])[0], ((pad, pad), (pad, pad), (0, 0)))
    rows = (padded.shape[0] - size) // stride * stride + 1
    columns = (padded.shape[1] - size) // stride * stride + 1
    met = np.array(
        [
            [padded[u : u + rows : stride, v : v + columns : stride].sum(axis=(0, 1)) for v in range(size)]
            for u in range(size)
        ]
    )  # (size, size, source): the ink that each weight of a kernel meets
    kernels = weight(layer)[:, :, source][..., target]
    return np.einsum("uvc,uvck->ck", met, kernels)
