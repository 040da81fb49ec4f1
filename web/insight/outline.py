"""A network on paper: its layers, the shapes between them, and what is trained."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nncore.evaluate import activations
from nncore.module import Sequential


class Layer(NamedTuple):
    """One layer of the drawing."""

    kind: str  # the class's name
    options: str  # its arguments, as its repr shows them
    shape: tuple[int, ...]  # of its output, without the batch
    parameters: int
    formula: str  # how `parameters` comes about, "" for none


def outline(model: Sequential, sample_shape: tuple[int, ...]) -> list[Layer]:
    """The layers of a network over images or vectors; shapes are found by running an empty one."""
    outputs = activations(
        model, np.zeros((1, *((1,) if len(sample_shape) > 1 else ()), *sample_shape), np.float32)
    )
    return [
        Layer(
            type(layer).__name__,
            layer.extra_repr(),
            output.shape[1:],
            layer.num_parameters(),
            " + ".join(" × ".join(map(str, parameter.data.shape)) for parameter in layer.parameters()),
        )
        for layer, output in zip(model, outputs, strict=True)
    ]


def times(shape: tuple[int, ...]) -> str:
    """A shape as people write it: 16 × 28 × 28."""
    return " × ".join(map(str, shape))
