"""How large a recipe's network will be, told before any of it is made."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from nncore.networks import POOLED, sides
from nncore.optim import OPTIMIZERS

if TYPE_CHECKING:
    from nncore.recipe import Recipe

KERNEL = 3 * 3
FLOAT = 4  # bytes


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
    """Bytes that training needs at once: weights, gradients, the optimiser's arrays, one batch on its way.

    An estimate: of the batch it counts every layer's output twice, value and gradient.
    """
    numbers = [prod(sample_shape)]  # for each sample
    if recipe.model == "cnn":
        h, w = sides(sample_shape)
        for index, out in enumerate(recipe.channels):
            numbers.append(2 * out * h * w)  # sums and activations
            if index < POOLED:
                h, w = h // 2, w // 2
    numbers += [2 * width for width in recipe.hidden] + [num_classes]
    slots = len(getattr(OPTIMIZERS[recipe.optimizer].make, "slot_names", ()))
    weights = num_parameters(recipe, sample_shape, num_classes) * (2 + slots)
    return FLOAT * (weights + 2 * recipe.batch_size * sum(numbers))
