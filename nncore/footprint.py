"""How large a recipe's network will be, told before any of it is made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from nncore.networks import POOLED, sides
from nncore.normalized_conv import pays
from nncore.optim import OPTIMIZERS

if TYPE_CHECKING:
    from nncore.recipe import Recipe

KERNEL = 3 * 3
FLOAT = 4  # bytes
PLACE = 0.25  # of a number: one byte
FUSED = ("tanh", "relu", "leaky_relu", "sigmoid")  # computed in place, or with the convolution before them


def num_parameters(recipe: Recipe, sample_shape: tuple[int, ...], num_classes: int) -> int:
    """How many trainable numbers `build_model(recipe, sample_shape, num_classes)` will have.

    Raises RecipeError, as that does, for a convolutional network over anything but images of 4 pixels a side.
    """
    features, total = prod(sample_shape), 0
    if recipe.model == "cnn":
        channels, (height, width) = 1, sides(sample_shape)
        for out in recipe.channels:
            total += (KERNEL * channels + 1 + 2 * recipe.batch_norm) * out
            channels = out
        pooled = 2 ** min(POOLED, len(recipe.channels))
        features = channels * (height // pooled) * (width // pooled)
    for width in recipe.hidden:
        total += (features + 1) * width
        if recipe.batch_norm:
            total += 2 * width
        features = width
    return total + (features + 1) * num_classes


def training_bytes(recipe: Recipe, sample_shape: tuple[int, ...], num_classes: int) -> int:
    """Bytes that training needs at once, tests included: weights, gradients, the optimiser's arrays, a batch.

    An estimate for a backend that computes a convolution, its activation and its pooling in one go, as the
    page's kernels do; one that has more between them takes more for a convolutional network.
    """
    layers = list(_layers(recipe, sample_shape, num_classes))
    kept = 2 * prod(sample_shape) + sum(layer.kept for layer in layers)  # the last batch is there until then
    training = recipe.batch_size * (kept + max(layer.passing for layer in layers))
    slots = len(getattr(OPTIMIZERS[recipe.optimizer].make, "slot_names", ()))
    weights = num_parameters(recipe, sample_shape, num_classes) * (2 + slots)
    testing = recipe.test_batch_size * (kept + max(layer.computing for layer in layers))
    return int(FLOAT * (weights + max(training, testing)))


class _Layer(NamedTuple):
    """Numbers that a layer with its activation holds for each sample."""

    kept: float  # from the forward pass until the next one
    passing: float  # while its gradients are computed
    computing: float = 0  # while its output is


def _layers(recipe: Recipe, sample_shape: tuple[int, ...], num_classes: int) -> Iterator[_Layer]:
    features = prod(sample_shape)
    unfused = recipe.activation not in FUSED  # its input is kept too, and its formula has parts
    if recipe.model == "cnn":
        height, width = sides(sample_shape)
        for index, (before, out) in enumerate(pairwise((1, *recipe.channels))):
            normalized = recipe.batch_norm and not pays(KERNEL * before, out)  # by itself
            size = out * height * width
            if index < POOLED:
                height, width = height // 2, width // 2
            after = out * height * width
            places = after * PLACE if index < POOLED else 0.0  # of the maxima
            apart = normalized + unfused  # what is not computed in one go with the sums
            kept = after + places + apart * size
            computing = 3 * size if unfused else normalized * size
            yield _Layer(kept, size + after + features + computing, computing)
            features = after
    for out in recipe.hidden:
        kept = out * (1 + unfused + recipe.batch_norm + bool(recipe.dropout))
        yield _Layer(kept, (2 + 3 * unfused) * out, 3 * unfused * out)
        features = out
    yield _Layer(3 * num_classes, num_classes)
