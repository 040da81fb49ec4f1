"""Using a trained model: class probabilities, test figures, input gradients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Dataset
from nncore.errors import DataError
from nncore.losses import Loss
from nncore.metrics import accuracy, confusion_matrix
from nncore.module import Module
from nncore.ops import Array


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """The model in evaluation mode for the length of a `with` block."""
    before = [(module, module.training) for _, module in model.named_modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in before:  # some of which may have been put into evaluation by hand
            module.training = training


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
    """Run the model over a whole data set, in batches, in the dtype of its parameters.

    `confusion` has a row for each of the network's classes, if those are more than the data's.
    """
    if not len(dataset):
        raise DataError("evaluate: got an empty data set, expected at least one sample")
    dtype = next((parameter.data.dtype for parameter in model.parameters()), np.float32)
    parts, loss = [], 0.0
    with evaluating(model):
        for start in range(0, len(dataset), batch_size):
            part = slice(start, start + batch_size)
            output = model(dataset.inputs(part, dtype))
            loss += criterion(output, dataset.labels[part]) * len(output)
            parts.append(criterion.probabilities(output))
    probabilities = np.concatenate(parts)
    predictions = probabilities.argmax(axis=1)
    return Evaluation(
        loss / len(dataset),
        accuracy(predictions, dataset.labels),
        probabilities,
        confusion_matrix(dataset.labels, predictions, max(dataset.num_classes, probabilities.shape[1])),
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
