"""Losses: `loss = criterion(output, target)`, then `grad_output = criterion.backward()`.

All take the mean over the batch, as PyTorch does by default.  The target is an array of integer labels
`(n,)`.  Those with a name in `LOSSES` are the choices of the setting `loss`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nncore.activations import LogSoftmax, Softmax, log_softmax
from nncore.arrays import without_traces
from nncore.errors import DTypeError, LabelError, ShapeError
from nncore.module import Module
from nncore.ops import Array
from nncore.registry import Registry


class Loss:
    """Base class: a loss computes its value and keeps the gradient in `output` for `backward`.

    Attributes
    ----------
    head : tuple of Module classes
        The layers that make of a network's scores what the loss takes; a recipe's network ends with them.
    """

    head: tuple[type[Module], ...] = ()

    def __init__(self) -> None:
        self._grad: Array | None = None

    def forward(self, output: Array, target: np.ndarray) -> float:
        """Mean loss of `output` `(n, k)` against `target`."""
        raise NotImplementedError

    def probabilities(self, output: Array) -> Array:
        """Class probabilities `(n, k)` that the network's `output` stands for under this loss."""
        raise NotImplementedError

    def backward(self) -> Array:
        """Gradient of the last `forward` in its `output`, same shape."""
        if self._grad is None:
            raise RuntimeError(
                f"{self!r}: backward was called before forward; compute the loss of a batch first"
            )
        return self._grad

    def __call__(self, output: Array, target: np.ndarray) -> float:
        return self.forward(output, target)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.extra_repr()})"

    def extra_repr(self) -> str:
        """The arguments shown by `repr`."""
        return ""

    def check(self, output: Array, target: np.ndarray) -> None:
        """Raise an error unless `output` is a float `(n, k)`, n > 0, and `target` holds n labels below k."""
        if output.ndim != 2 or len(output) == 0:
            raise ShapeError(
                f"{self!r}: got output of shape {output.shape}, expected (batch, classes), not empty"
            )
        self.check_dtype(output)
        if target.shape != output.shape[:1]:
            raise ShapeError(
                f"{self!r}: got target of shape {target.shape}, expected {output.shape[:1]}, a label each"
            )
        check_labels(target, output.shape[1], self)

    def check_dtype(self, output: Array) -> None:
        """Raise DTypeError unless `output` is a float array."""
        if output.dtype.kind != "f":
            raise DTypeError(f"{self!r}: got output of dtype {output.dtype}, expected float32 or float64")


#: The losses that a recipe can name.
LOSSES: Registry[Loss] = Registry("loss")


def check_labels(labels: np.ndarray, num_classes: int, who: object) -> None:
    """Raise LabelError, with `who` in front, unless `labels` are integers from 0 to `num_classes - 1`."""
    if labels.dtype.kind not in "iu":
        raise LabelError(
            f"{who}: got labels of dtype {labels.dtype}, expected integers; convert them with labels.astype"
        )
    if labels.size and (labels.min() < 0 or labels.max() >= num_classes):
        raise LabelError(
            f"{who}: got labels from {labels.min()} to {labels.max()}, expected 0 to {num_classes - 1}; "
            "the network needs one output per class"
        )


def one_hot(
    labels: np.ndarray, num_classes: int, dtype: np.dtype, on: float = 1.0, off: float = 0.0
) -> Array:
    """`(n, num_classes)` array of `off` with `on` at each row's label."""
    target = np.full((len(labels), num_classes), off, dtype)
    target[np.arange(len(labels)), labels] = on
    return target


@LOSSES.add("nll", "log-softmax layer, then NLL")
class NLLLoss(Loss):
    """Negative log-likelihood: `loss = -mean over n of output[n, target[n]]`.

    `output` holds log-probabilities.

    Parameters
    ----------
    off_target : float
        Weight of the other classes.  The notebook's targets are 1 and, elsewhere, 1e-6:
        `loss = -(1/n) * sum over n, k of t[n, k] * output[n, k]`.
    """

    head: tuple[type[Module], ...] = (LogSoftmax,)

    def __init__(self, off_target: float = 0.0) -> None:
        super().__init__()
        self.off_target = off_target

    def forward(self, output: Array, target: NDArray[np.integer]) -> float:
        self.check(output, target)
        n, k = output.shape
        self._grad = one_hot(target, k, output.dtype, on=-1 / n, off=-self.off_target / n)
        if self.off_target:
            return float((self._grad * output).sum())
        return -float(output[np.arange(n), target].sum()) / n

    def probabilities(self, output: Array) -> Array:
        return np.exp(output)

    def extra_repr(self) -> str:
        return f"off_target={self.off_target}" if self.off_target else ""


@LOSSES.add("cross_entropy", "cross-entropy (softmax, log and NLL in one)", "label_smoothing")
class CrossEntropyLoss(Loss):
    """`LogSoftmax` and `NLLLoss` in one: `loss = -mean of sum_k t[n, k] * log_softmax(output)[n, k]`.

    The gradient is simply `(softmax(output) - t) / n`.  The output are scores ("logits").

    Parameters
    ----------
    label_smoothing : float
        Share e of the target that all k classes get: `t = (1 - e) * one_hot + e / k` (Szegedy et al. 2016).
    """

    def __init__(self, label_smoothing: float = 0.0) -> None:
        super().__init__()
        if not 0 <= label_smoothing < 1:
            raise ValueError(
                f"CrossEntropyLoss: got label_smoothing={label_smoothing}, expected 0 up to below 1"
            )
        self.label_smoothing = label_smoothing

    def forward(self, output: Array, target: NDArray[np.integer]) -> float:
        self.check(output, target)
        n, k = output.shape
        rows = np.arange(n)
        log_p = log_softmax(output)
        loss = -log_p[rows, target].sum() / n
        share = self.label_smoothing / k
        grad = np.exp(log_p)
        grad[rows, target] -= 1 - self.label_smoothing
        if share:
            loss = (1 - self.label_smoothing) * loss - share * log_p.sum() / n
            grad -= share
        grad /= n
        self._grad = without_traces(grad)
        return float(loss)

    def probabilities(self, output: Array) -> Array:
        return np.exp(log_softmax(output))

    def extra_repr(self) -> str:
        return f"label_smoothing={self.label_smoothing}" if self.label_smoothing else ""


@LOSSES.add("mse", "softmax, then mean squared error")
class MSELoss(Loss):
    """Mean squared error: `loss = mean over n, k of (output[n, k] - t[n, k])**2`.

    `target` has the output's shape, or holds labels `(n,)` that stand for one-hot rows.
    """

    head = (Softmax,)

    def forward(self, output: Array, target: np.ndarray) -> float:
        if target.ndim == 1 and output.ndim == 2:
            self.check(output, target)
            target = one_hot(target, output.shape[1], output.dtype)
        if output.size == 0:
            raise ShapeError(f"{self!r}: got output of shape {output.shape}, expected at least one number")
        if target.shape != output.shape:
            raise ShapeError(
                f"{self!r}: got target of shape {target.shape}, expected that of the output, {output.shape}"
            )
        self.check_dtype(output)
        difference = output - target.astype(output.dtype, copy=False)
        self._grad = difference * output.dtype.type(2 / output.size)
        return float((difference * difference).sum()) / output.size

    def probabilities(self, output: Array) -> Array:
        """The output cut to 0..1 and divided by its sum."""
        p = np.clip(output, 1e-12, 1)
        return p / p.sum(axis=1, keepdims=True)
