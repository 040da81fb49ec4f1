"""A loss that teaches a network to be unsure, and the temperature that calibrates it afterwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nncore.activations import log_softmax
from nncore.losses import Loss
from nncore.ops import Array
from web.pretrained.material import NO_DIGIT


class UnsureLoss(Loss):
    """Cross entropy for digits; for what is none, against equal probabilities (Hendrycks et al. 2019).

    `loss = -mean of sum_k t[n, k] * log_softmax(output)[n, k]`, t one-hot or 1 / k throughout; its gradient
    is `(softmax(output) - t) / n`.
    """

    def forward(self, output: Array, target: NDArray[np.integer]) -> float:
        n, k = output.shape
        wanted = np.full((n, k), 1 / k, dtype=output.dtype)
        digits = target != NO_DIGIT
        wanted[digits] = np.eye(k, dtype=output.dtype)[target[digits]]
        log_p = log_softmax(output)
        self._grad = (np.exp(log_p) - wanted) / n
        return float(-(wanted * log_p).sum() / n)

    def probabilities(self, output: Array) -> Array:
        return np.exp(log_softmax(output))


def best_temperature(logits: Array, labels: NDArray[np.integer]) -> float:
    """The T for which softmax(logits / T) has the least cross entropy (Guo et al. 2017).

    Parameters
    ----------
    logits : (N, classes)
    labels : (N,)
    """
    rows = np.arange(len(labels))
    candidates = np.exp(np.linspace(np.log(0.5), np.log(3), 200)).astype(np.float32)
    losses = [-log_softmax(logits / t)[rows, labels].mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])
