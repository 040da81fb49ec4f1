"""Elementwise nonlinearities, and the softmax family that turns scores into (log-)probabilities."""

from __future__ import annotations

from math import pi, sqrt
from typing import Literal

import numpy as np

from nncore import ops
from nncore.arrays import without_traces
from nncore.module import LAYERS, Module
from nncore.ops import Array
from nncore.registry import Registry


class Activation(Module):
    """Base of `y = f(x)`, number by number: the function and its derivative.  Shape: any -> the same.

    Attributes
    ----------
    keeps : 'output' or 'input'     what the derivative is computed from, and is kept for the backward pass
    """

    keeps: Literal["output", "input"] = "output"

    def __init__(self) -> None:
        self._kept: Array | None = None

    def function(self, x: Array) -> Array:
        """`y = f(x)`, in memory of its own."""
        raise NotImplementedError

    def derivative(self, kept: Array) -> Array:
        """`dy/dx`, given y or, where `keeps` says so, x."""
        raise NotImplementedError

    def forward(self, x: Array) -> Array:
        self.check(x)
        y = ops.backend().activation(self, x)
        self._kept = x if self.keeps == "input" else y
        return y

    def backward_input(self, grad_output: Array) -> Array:
        kept = self.saved(self._kept)
        self.check_grad(grad_output, kept.shape)
        return ops.backend().activation_grad(self, kept, grad_output)


#: The activations that a recipe can name.
ACTIVATIONS: Registry[Module] = Registry("activation")


@ACTIVATIONS.add("tanh", "tanh")
class Tanh(Activation):
    """`y = tanh(x)`, `dy/dx = 1 - y**2`."""

    def function(self, x: Array) -> Array:
        return np.tanh(x)

    def derivative(self, y: Array) -> Array:
        return 1 - y * y


@ACTIVATIONS.add("relu", "ReLU")
class ReLU(Activation):
    """`y = max(x, 0)`, `dy/dx = 1` where `y > 0`, else 0."""

    def function(self, x: Array) -> Array:
        return np.maximum(x, 0)

    def derivative(self, y: Array) -> Array:
        return (y > 0).astype(y.dtype)


@ACTIVATIONS.add("leaky_relu", "leaky ReLU")
class LeakyReLU(Activation):
    """`y = x` where `x > 0`, else `negative_slope * x`."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        if not 0 <= negative_slope <= 1:  # below 0 the sign of y would no longer tell that of x
            raise ValueError(f"LeakyReLU: got negative_slope={negative_slope}, expected a number from 0 to 1")
        self.negative_slope = negative_slope

    def function(self, x: Array) -> Array:
        return x * self.derivative(x)

    def derivative(self, y: Array) -> Array:
        return np.where(y > 0, y.dtype.type(1), y.dtype.type(self.negative_slope))

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


@ACTIVATIONS.add("sigmoid", "sigmoid")
class Sigmoid(Activation):
    """`y = 1 / (1 + exp(-x))`, `dy/dx = y * (1 - y)`."""

    def function(self, x: Array) -> Array:
        with np.errstate(over="ignore"):  # 1 / infinity is the 0 that is wanted
            return 1 / (1 + np.exp(-x))

    def derivative(self, y: Array) -> Array:
        return y * (1 - y)


@ACTIVATIONS.add("gelu", "GELU")
class GELU(Activation):
    """`y = x * Phi(x)`, Phi the normal distribution function (Hendrycks & Gimpel 2016).

    Their approximation, PyTorch's `GELU(approximate="tanh")`:
    `y = x * (1 + t) / 2` with `t = tanh(c * (x + 0.044715 * x**3))` and `c = sqrt(2 / pi)`;
    `dy/dx = (1 + t) / 2 + x / 2 * (1 - t**2) * c * (1 + 3 * 0.044715 * x**2)`.
    """

    keeps = "input"

    def function(self, x: Array) -> Array:
        return x * (1 + self._tanh(x)) / 2

    def derivative(self, x: Array) -> Array:
        t = self._tanh(x)
        return (1 + t) / 2 + x / 2 * (1 - t * t) * (sqrt(2 / pi) * (1 + 3 * 0.044715 * (x * x)))

    def _tanh(self, x: Array) -> Array:
        return np.tanh(sqrt(2 / pi) * (x + 0.044715 * (x * x * x)))


class _ByRow(Module):
    """Base of the softmax family, whose gradient follows from the value y.  Shape: `(n, k)` -> the same."""

    def __init__(self) -> None:
        self._y: Array | None = None

    @property
    def expects(self) -> str:
        return "(batch, classes)"

    def forward(self, x: Array) -> Array:
        self.check(x, x.ndim == 2)
        self._y = self._value(x)
        return self._y

    def backward_input(self, grad_output: Array) -> Array:
        y = self.saved(self._y)
        self.check_grad(grad_output, y.shape)
        return self._gradient(y, grad_output)

    def _value(self, x: Array) -> Array:
        """The function of x."""
        raise NotImplementedError

    def _gradient(self, y: Array, grad_output: Array) -> Array:
        """Gradient in x, given the function's value `y` and the gradient in it."""
        raise NotImplementedError


@LAYERS.add("Softmax", "softmax")
class Softmax(_ByRow):
    """`y[n, i] = exp(x[n, i]) / sum_j exp(x[n, j])`: scores to probabilities, row by row.

    Its Jacobian is `dy_i / dx_j = y_i * (delta_ij - y_j)`, so the full product with a gradient g is
    `grad_x = y * (g - sum_j g_j * y_j)`; no (n, k, k) array is needed.

    Shape: `(n, k)` -> `(n, k)`.
    """

    def _value(self, x: Array) -> Array:
        return softmax(x)

    def _gradient(self, y: Array, grad_output: Array) -> Array:
        return without_traces(y * (grad_output - np.sum(grad_output * y, axis=1, keepdims=True)))


@LAYERS.add("LogSoftmax", "log-softmax")
class LogSoftmax(_ByRow):
    """`y = x - logsumexp(x)`, the logarithm of `Softmax` without its overflow.

    `grad_x = g - exp(y) * sum_j g_j`.  Shape: `(n, k)` -> `(n, k)`.
    """

    def _value(self, x: Array) -> Array:
        return log_softmax(x)

    def _gradient(self, y: Array, grad_output: Array) -> Array:
        return ops.backend().log_softmax_grad(y, grad_output)


@LAYERS.add("Log", "logarithm")
class Log(Module):
    """`y = log(x + offset)`, `dy/dx = 1 / (x + offset)`; the offset keeps probabilities of 0 finite.

    `LogSoftmax` does without it and is exact.  Shape: any -> the same.
    """

    def __init__(self, offset: float = 1e-10) -> None:
        self.offset = offset
        self._x: Array | None = None

    def forward(self, x: Array) -> Array:
        self.check(x)
        self._x = x
        return np.log(x + x.dtype.type(self.offset))

    def backward_input(self, grad_output: Array) -> Array:
        x = self.saved(self._x)
        self.check_grad(grad_output, x.shape)
        return grad_output / (x + x.dtype.type(self.offset))

    def extra_repr(self) -> str:
        return f"offset={self.offset}"


def softmax(x: Array) -> Array:
    """Softmax along the last axis; subtracting the row's maximum changes nothing but prevents overflow."""
    y = np.exp(x - x.max(axis=-1, keepdims=True))
    y /= y.sum(axis=-1, keepdims=True)
    return y


def log_softmax(x: Array) -> Array:
    """`log(softmax(x))` along the last axis: `x - max - log(sum(exp(x - max)))`."""
    return ops.backend().log_softmax(x)
