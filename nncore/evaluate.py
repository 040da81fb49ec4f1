"""Using a trained model: class probabilities, test figures, input gradients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Dataset
from nncore.losses import Loss
from nncore.metrics import accuracy, confusion_matrix
from nncore.module import Module
from nncore.ops import Array


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """The model in evaluation mode for the length of a `with` block."""
    before = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(before)


def predict(model: Module, criterion: Loss, x: Array) -> Array:
    """Class probabilities `(n, k)` for inputs x `(n, 1, h, w)` from 0 to 1."""
    with evaluating(model):
        return criterion.probabilities(model(x))


@dataclass(frozen=True)
class Evaluation:
    """Result of `evaluate`: mean loss, accuracy 0..1, probabilities `(n, k)`, confusion `(k, k)`."""

    loss: float
    accuracy: float
    probabilities: Array
    confusion: NDArray[np.int64]


def evaluate(model: Module, criterion: Loss, dataset: Dataset, batch_size: int = 1000) -> Evaluation:
    """Run the model over a whole data set, in batches."""
    if not len(dataset):
        raise ValueError("evaluate: got an empty data set, expected at least one sample")
    parts, loss = [], 0.0
    with evaluating(model):
        for start in range(0, len(dataset), batch_size):
            part = slice(start, start + batch_size)
            output = model(dataset.inputs(part))
            loss += criterion(output, dataset.labels[part]) * len(output)
            parts.append(criterion.probabilities(output))
    probabilities = np.concatenate(parts)
    predictions = probabilities.argmax(axis=1)
    return Evaluation(
        loss / len(dataset),
        accuracy(predictions, dataset.labels),
        probabilities,
        confusion_matrix(dataset.labels, predictions, dataset.num_classes),
    )


def input_gradient(model: Module, x: Array, label: int) -> Array:
    """How the score of `label` grows with each input value: `d output[:, label] / dx`, shape of x.

    Positive pixels speak for the class, negative ones against it.  Parameters' gradients stay as they are.
    """
    with evaluating(model):
        output = model(x)
        grad = np.zeros_like(output)
        grad[:, label] = 1
        return model.backward_input(grad)


def activations(model: Module, x: Array) -> list[Array]:
    """The output of every layer of a Sequential for inputs x, in order."""
    outputs = []
    with evaluating(model):
        for _, layer in model.named_children():
            x = layer(x)
            outputs.append(x)
    return outputs
