"""The notebook's training step, formula by formula: a reference that shares nothing with nncore."""

from __future__ import annotations

import numpy as np

OFFSET = 1e-10  # inside the logarithm
OFF_TARGET = 1e-6  # target of the wrong classes


class Notebook:
    """784-1024-10 (or other widths): tanh, softmax, log, NLL, and the notebook's own update, in float64."""

    def __init__(self, inputs: int = 784, hidden: int = 1024, classes: int = 10, seed: int = 42) -> None:
        rng = np.random.RandomState(seed)
        self.w1 = rng.normal(size=(inputs, hidden))
        self.b1 = rng.normal(size=hidden)
        self.w2 = rng.normal(size=(hidden, classes))
        self.b2 = rng.normal(size=classes)

    def step(self, x: np.ndarray, labels: np.ndarray, lr: float) -> float:
        """One batch: forward, backward, update; returns the loss before the update."""
        count = len(labels)
        # Forward
        hidden = np.tanh(np.dot(x, self.w1) + self.b1)
        scores = np.dot(hidden, self.w2) + self.b2
        exps = np.exp(scores - np.max(scores))
        total = np.sum(exps, axis=1).reshape((-1, 1))
        p = exps / total
        logs = np.log(p + OFFSET)
        target = np.ones(p.shape) * OFF_TARGET
        for row, label in enumerate(labels):
            target[row, label] = 1
        loss = -np.sum(logs * target) / count
        # Backward: the "gradient" of the loss is scaled by the loss itself
        delta = -target * loss
        delta = delta / (p + OFFSET)
        # Softmax: the Jacobian's diagonal part and its full matrix, as two terms
        diagonal = exps * total / total**2
        outer = -np.matmul(exps[:, :, None], exps[:, None, :]) / (total**2)[:, :, None]
        delta = (delta[:, :, None] * outer).sum(axis=1) + delta * diagonal
        # Linear layers: weights by lr times the sum over the batch, biases by the mean without lr
        delta_hidden = np.dot(delta, self.w2.T)
        self.w2 = self.w2 - np.dot(hidden.T, delta) * lr
        self.b2 -= np.average(delta, axis=0)
        delta_hidden = (1 - hidden**2) * delta_hidden
        np.dot(delta_hidden, self.w1.T)  # computed by the notebook, used by nobody
        self.w1 = self.w1 - np.dot(x.T, delta_hidden) * lr
        self.b1 -= np.average(delta_hidden, axis=0)
        return float(loss)
