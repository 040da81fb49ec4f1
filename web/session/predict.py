"""What a network says about images, whatever its last layer is."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import numpy.typing as npt

from nncore.module import Module

Array = npt.NDArray[np.floating]
BATCH = 100  # images between two places to rest


def as_input(images: npt.NDArray[np.generic], max_value: float = 1.0) -> Array:
    """Images (N, H, W) with values 0 .. `max_value` as a batch (N, 1, H, W), float32 in 0..1."""
    return (images[:, None] * np.float32(1 / max_value)).astype(np.float32)


def probabilities(model: Module, x: Array) -> Array:
    """Class probabilities (N, classes), float32, for a batch (N, 1, H, W).

    The softmax of log-probabilities is the probabilities, so one formula serves networks that end in
    logits and networks that end in log-probabilities. The model's training mode is left as it was.
    """
    modes = [(module, module.training) for _, module in model.named_modules()]
    model.eval()
    try:
        scores = model(x)
    finally:
        for module, training in modes:
            module.training = training
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def probabilities_in_slices(
    model: Module, images: npt.NDArray[np.uint8], max_value: float
) -> Generator[float, None, Array]:
    """As `probabilities` for uint8 images (N, H, W), as a job; yields the share that is done."""
    parts = []
    for start in range(0, len(images), BATCH):
        parts.append(probabilities(model, as_input(images[start : start + BATCH], max_value)))
        yield min(1.0, (start + BATCH) / len(images))
    return np.concatenate(parts)
