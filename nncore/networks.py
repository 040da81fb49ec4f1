"""The networks that a recipe can name: from an input to one score per class."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.data.loader import MASKS, WEIGHTS, stream
from nncore.errors import RecipeError
from nncore.module import LAYERS, Module
from nncore.registry import Registry
from nncore.text import Text

#: The networks that a recipe can name: functions of a sample's shape and the number of classes.
NETWORKS: Registry[list[Module]] = Registry("model")

POOLED = 2  # how many convolutions are followed by pooling


@NETWORKS.add("mlp", "fully connected (MLP)", "hidden", "activation", "batch_norm", "dropout", "init", "seed")
def mlp(
    sample_shape: tuple[int, ...], num_classes: int, *, seed: int, hidden: tuple[int, ...], **options: Any
) -> list[Module]:
    """Fully connected layers over images `(h, w)` or vectors `(d,)`."""
    rng = stream(seed, WEIGHTS)
    first = [layer("Flatten")] if len(sample_shape) > 1 else []
    return first + _dense((prod(sample_shape), *hidden, num_classes), rng, seed=seed, **options)


@NETWORKS.add(
    "cnn", "convolutional (CNN)", "channels", "hidden", "activation", "batch_norm", "dropout", "init", "seed"
)
def cnn(
    sample_shape: tuple[int, ...],
    num_classes: int,
    *,
    seed: int,
    channels: tuple[int, ...],
    hidden: tuple[int, ...],
    **options: Any,
) -> list[Module]:
    """Convolutions 3x3 over images `(h, w)`, the first two followed by pooling; then connected layers."""
    height, width = sides(sample_shape)
    rng = stream(seed, WEIGHTS)
    layers: list[Module] = []
    for index, (before, after) in enumerate(pairwise((1, *channels))):
        layers.append(layer("Conv2d", before, after, 3, padding=1, init=options["init"], rng=rng))
        if options["batch_norm"]:
            layers.append(layer("BatchNorm2d", after))
        layers.append(ACTIVATIONS[options["activation"]].make())
        if index < POOLED:
            layers.append(layer("MaxPool2d", 2))
            height, width = height // 2, width // 2
    features = (1, *channels)[-1] * height * width
    return [*layers, layer("Flatten"), *_dense((features, *hidden, num_classes), rng, seed=seed, **options)]


def sides(sample_shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and width of images that a convolutional network can read; RecipeError for other samples."""
    if len(sample_shape) != 2:
        raise RecipeError(
            Text("model: got cnn for vectors of {n} features, expected mlp, or images", n=sample_shape[0])
        )
    height, width = sample_shape
    if min(sample_shape) < 2**POOLED:
        raise RecipeError(
            Text(
                "model: got cnn for images of {height}x{width}, expected {least} pixels or more a side",
                height=height,
                width=width,
                least=2**POOLED,
            )
        )
    return height, width


def layer(kind: str, *args: Any, **options: Any) -> Module:
    """A layer by the name of its class."""
    return LAYERS[kind].make(*args, **options)


def _dense(
    widths: tuple[int, ...],
    rng: np.random.Generator,
    *,
    activation: str,
    batch_norm: bool,
    dropout: float,
    init: str,
    seed: int,
) -> list[Module]:
    """Linear layers from each of the widths to the next, with activations between them."""
    layers: list[Module] = []
    for index, (before, after) in enumerate(pairwise(widths)):
        if index:
            if batch_norm:
                layers.append(layer("BatchNorm1d", before))
            layers.append(ACTIVATIONS[activation].make())
            if dropout:
                layers.append(layer("Dropout", dropout, stream(seed, MASKS, index - 1)))
        layers.append(layer("Linear", before, after, init=init, rng=rng))
    return layers
