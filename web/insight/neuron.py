"""One neuron's arithmetic, worked out: input times weight, the sum, the bias, the activation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nncore.conv import Conv2d, channels_last
from nncore.evaluate import activations
from nncore.layers import Dropout, Flatten
from nncore.losses import Loss
from nncore.module import Module, Sequential
from nncore.ops import Array
from web.insight.units import as_conv, bias, count, has_units, is_conv, weight
from web.words import _

Name = Callable[[int], str]


class Term(NamedTuple):
    """One product of the sum."""

    source: str  # where the input comes from
    value: float
    weight: float
    product: float


class Sum(NamedTuple):
    """`total = sum of the terms' products + rest + bias`, added in float64.

    Attributes
    ----------
    terms : the largest products by size, largest first.
    rest : the other products together.
    rest_count : how many of those are not zero.
    zero_count : how many products are zero, mostly because their input is.
    """

    terms: list[Term]
    rest: float
    rest_count: int
    zero_count: int
    bias: float
    total: float


class Working(NamedTuple):
    """The arithmetic of one unit.

    Attributes
    ----------
    unit : what was worked out, in words.
    sum : what its layer computes.
    after : the unit's value after each layer that follows, up to the next Linear or Conv2d or a change of
        shape; at the end of the network the probability.
    pictures : (3, h, w) inputs, weights and products if the inputs are one picture.
    """

    unit: str
    sum: Sum
    after: list[tuple[str, float]]
    pictures: Array | None


def layers_with_units(model: Sequential) -> dict[int, int]:
    """Index of each layer whose arithmetic can be worked out, and how many units (or channels) it has."""
    return {index: count(layer) for index, layer in enumerate(model) if has_units(layer)}


def work_out(
    model: Sequential, criterion: Loss, image: Array, index: int, unit: int, count: int = 8
) -> Working:
    """The arithmetic of `unit` of layer `index` for `image` (h, w), with the `count` largest products.

    For a Conv2d, `unit` is the channel, at the place where its output is largest.

    Raises
    ------
    IndexError
        there is no such layer or unit.
    """
    units = layers_with_units(model)
    if not 0 <= unit < units.get(index, 0):
        raise IndexError(
            f"work_out: got unit {unit} of layer {index}, expected a layer of {list(units)} and its units"
        )
    layer = model[index]
    outputs = [image[None, None], *activations(model, image[None, None])]  # outputs[i] enters layer i
    if is_conv(layer):
        place, words, working = _conv(as_conv(layer), outputs[index], outputs[index + 1], unit)
    else:
        place, words = (unit,), _("unit {unit}", unit=unit)
        working = _linear(layer, outputs[index][0], _shape_before(model, outputs, index), unit)
    x, weights, bias, name = working
    return Working(
        _("layer {index}, {kind}, {words}", index=index, kind=type(layer).__name__, words=words),
        _sum(x.ravel(), weights.ravel(), bias, name, count),
        _after(model, criterion, outputs, index, place),
        np.stack([x, weights, x * weights]) if x.ndim == 2 else None,
    )


class _Parts(NamedTuple):
    x: Array  # of two axes if it is one picture
    weights: Array
    bias: float
    name: Name  # of a flat index into x


def _linear(layer: Module, x: Array, shape: tuple[int, ...], unit: int) -> _Parts:
    weights = weight(layer)[:, unit]
    if len(shape) == 3 and shape[0] == 1:
        x, weights = x.reshape(shape[1:]), weights.reshape(shape[1:])

    def name(flat: int) -> str:
        if len(shape) == 1:
            return _("unit {unit}", unit=flat)
        channel, row, column = np.unravel_index(flat, shape)
        return _place(None if shape[0] == 1 else int(channel), int(row), int(column))

    return _Parts(x, weights, bias(layer, unit), name)


def _place(channel: int | None, row: int, column: int) -> str:
    if channel is None:
        return _("pixel, row {row}, column {column}", row=row, column=column)
    return _("map {channel}, row {row}, column {column}", channel=channel, row=row, column=column)


def _conv(layer: Conv2d, entering: Array, output: Array, channel: int) -> tuple[tuple[int, ...], str, _Parts]:
    """The place of the channel's largest output, its description, and the patch it was computed from."""
    row, column = (int(i) for i in np.unravel_index(output[0, channel].argmax(), output.shape[2:]))
    pad, size = layer.padding, layer.kernel_size
    padded = np.pad(channels_last(entering)[0], ((pad, pad), (pad, pad), (0, 0)))
    top, left = row * layer.stride, column * layer.stride
    patch, weights = padded[top : top + size, left : left + size], weight(layer)[..., channel]
    if patch.shape[-1] == 1:
        patch, weights = patch[..., 0], weights[..., 0]

    def name(flat: int) -> str:
        u, v, *source = (int(i) for i in np.unravel_index(flat, patch.shape))
        return _place(source[0] if source else None, top + u - pad, left + v - pad)

    words = _(
        "map {channel} at row {row}, column {column}, where it is largest",
        channel=channel,
        row=row,
        column=column,
    )
    return (channel, row, column), words, _Parts(patch, weights, bias(layer, channel), name)


def _shape_before(model: Sequential, outputs: list[Array], index: int) -> tuple[int, ...]:
    """Shape of what enters layer `index`, before it was flattened if it was."""
    flattened = index > 0 and isinstance(model[index - 1], Flatten)
    return outputs[index - 1 if flattened else index].shape[1:]


def _sum(x: Array, weights: Array, bias: float, name: Name, count: int) -> Sum:
    products = x.astype(np.float64) * weights
    order = np.argsort(-np.abs(products), kind="stable")
    nonzero = int(np.count_nonzero(products))
    top, others = order[: min(count, nonzero)], order[min(count, nonzero) :]
    terms = [Term(name(int(i)), float(x[i]), float(weights[i]), float(products[i])) for i in top]
    return Sum(
        terms,
        float(products[others].sum()),
        nonzero - len(top),
        len(products) - nonzero,
        bias,
        float(products.sum() + bias),
    )


def _after(
    model: Sequential, criterion: Loss, outputs: list[Array], index: int, place: tuple[int, ...]
) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    shape = outputs[index + 1].shape
    for layer, output in zip(list(model)[index + 1 :], outputs[index + 2 :], strict=True):
        if has_units(layer) or output.shape != shape:
            return found
        if not isinstance(layer, Dropout):
            found.append((type(layer).__name__, float(output[0][place])))
    return [*found, ("probability", float(criterion.probabilities(outputs[-1])[0][place]))]
