"""Which layers have units with weights of their own: nncore's, and the visitor's, by what they do.

A layer that somebody wrote counts as a Linear if one of its parameters is the matrix by which it multiplies
its inputs, whatever the class or the parameter is called, and whichever way round it lies; as a Conv2d if it
has that class's attributes.
"""

from __future__ import annotations

from typing import cast
from weakref import WeakKeyDictionary

import numpy as np

from nncore.conv import Conv2d
from nncore.linear import Linear
from nncore.module import Module
from nncore.ops import Array
from nncore.parameter import Parameter

Found = tuple[str, bool] | None  # name of the parameter, and whether it has one row per output
_found: WeakKeyDictionary[Module, Found] = WeakKeyDictionary()


def is_linear(layer: Module) -> bool:
    """Whether each unit has one weight per input."""
    return isinstance(layer, Linear) or _matrix(layer) is not None


def is_conv(layer: Module) -> bool:
    """Whether its units are maps, computed with kernels: attributes as those of `Conv2d`."""
    if isinstance(layer, Conv2d):
        return True
    weight, size = getattr(layer, "weight", None), getattr(layer, "kernel_size", None)
    return (
        isinstance(weight, Parameter)
        and weight.data.ndim == 4
        and weight.data.shape[:2] == (size, size)
        and all(isinstance(getattr(layer, name, None), int) for name in ("stride", "padding"))
    )


def has_units(layer: Module) -> bool:
    """Whether it is one of the two."""
    return is_conv(layer) or is_linear(layer)


def weight(layer: Module) -> Array:
    """Its weights, the units along the last axis: (in, out), or (size, size, in, out).

    Where a map sees only its group of the input's channels, the weights of the others are 0.

    Raises
    ------
    TypeError
        it has no units.
    """
    if isinstance(layer, Conv2d) and layer.groups > 1:
        return _without_groups(layer)
    name, turned = _held(layer)
    data: Array = getattr(layer, name).data
    return data.T if turned else data


def _held(layer: Module) -> tuple[str, bool]:
    """Name of the parameter that holds its weights, and whether it has one row per output."""
    if is_conv(layer) or isinstance(layer, Linear):
        return "weight", False
    if (found := _matrix(layer)) is None:
        raise TypeError(f"weight: got {layer!r}, expected a layer with units")
    return found


def _without_groups(layer: Conv2d) -> Array:
    grouped, groups = layer.weight.data, layer.groups
    inputs, outputs = grouped.shape[2], layer.out_channels // groups
    whole = np.zeros((*grouped.shape[:2], groups, inputs, groups, outputs), grouped.dtype)
    each = range(groups)
    whole[:, :, each, :, each] = np.moveaxis(grouped.reshape(*grouped.shape[:3], groups, outputs), 3, 0)
    return whole.reshape(*grouped.shape[:2], layer.in_channels, layer.out_channels)


def count(layer: Module) -> int:
    """How many units it has; of a Conv2d, maps."""
    return weight(layer).shape[-1]


def bias(layer: Module, unit: int) -> float:
    """What a unit adds to its sum: a number per unit beside the weights; 0 if there is none."""
    held, units = getattr(layer, _held(layer)[0]), count(layer)
    for value in vars(layer).values():
        if value is not held and isinstance(value, Parameter) and value.data.size == units:
            return float(value.data.ravel()[unit])
    return 0.0


def as_conv(layer: Module) -> Conv2d:
    """The layer, for those who read the attributes that it has if `is_conv`."""
    return cast(Conv2d, layer)


def _matrix(layer: Module) -> Found:
    if type(layer).__module__.startswith("nncore."):
        return None
    if layer not in _found:
        _found[layer] = _find_matrix(layer)
    return _found[layer]


def _find_matrix(layer: Module) -> Found:
    """The parameter of which `layer(x) - layer(0)` is the product with x, which is tried."""
    for name, value in vars(layer).items():
        if not isinstance(value, Parameter) or value.data.ndim != 2:
            continue
        for matrix, turned in ((value.data, False), (value.data.T, True)):
            if len(matrix) == 1:  # it may as well be a factor for each number
                continue
            x = np.linspace(-1, 1, 2 * len(matrix), dtype=matrix.dtype).reshape(2, -1)
            try:
                made = layer(x) - layer(np.zeros_like(x))
            except Exception:  # the matrix does not fit, or it is no layer of this kind
                continue
            if made.shape == (2, matrix.shape[1]) and np.allclose(made, x @ matrix, rtol=1e-3, atol=1e-4):
                return name, turned
    return None
