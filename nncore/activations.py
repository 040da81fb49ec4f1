"""Elementwise nonlinearities, and the softmax family that turns scores into (log-)probabilities."""

from __future__ import annotations

import numpy as np

from nncore import ops
from nncore.module import LAYERS, Module
from nncore.ops import Array
from nncore.registry import Registry


class _Activation(Module):
    """Base of the functions whose gradient follows from their value y.  Shape: any -> the same."""

    by_row: bool = False  # takes (batch, classes) alone

    def __init__(self) -> None:
        self._y: Array | None = None

    @property
    def expects(self) -> str:
        return "(batch, classes)" if self.by_row else super().expects

    def forward(self, x: Array) -> Array:
        self.check(x, x.ndim == 2 or not self.by_row)
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


class _Elementwise(_Activation):
    """`y = f(x)`, number by number."""

    kind: str
    negative_slope: float = 0.01

    def _value(self, x: Array) -> Array:
        return ops.backend().activation(self.kind, x, negative_slope=self.negative_slope)

    def _gradient(self, y: Array, grad_output: Array) -> Array:
        return ops.backend().activation_grad(self.kind, y, grad_output, negative_slope=self.negative_slope)


#: The activations that a recipe can name.
ACTIVATIONS: Registry[Module] = Registry("activation")


@ACTIVATIONS.add("tanh", "tanh")
class Tanh(_Elementwise):
    """`y = tanh(x)`, `dy/dx = 1 - y**2`."""

    kind = "tanh"


@ACTIVATIONS.add("sigmoid", "sigmoid")
class Sigmoid(_Elementwise):
    """`y = 1 / (1 + exp(-x))`, `dy/dx = y * (1 - y)`."""

    kind = "sigmoid"


@ACTIVATIONS.add("relu", "ReLU")
class ReLU(_Elementwise):
    """`y = max(x, 0)`, `dy/dx = 1` where `y > 0`, else 0."""

    kind = "relu"


@ACTIVATIONS.add("leaky_relu", "leaky ReLU")
class LeakyReLU(_Elementwise):
    """`y = x` where `x > 0`, else `negative_slope * x`."""

    kind = "leaky_relu"

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        if not 0 <= negative_slope <= 1:  # below 0 the sign of y would no longer tell that of x
            raise ValueError(f"LeakyReLU: got negative_slope={negative_slope}, expected a number from 0 to 1")
        self.negative_slope = negative_slope

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


@LAYERS.add("Softmax", "softmax")
class Softmax(_Activation):
    """`y[n, i] = exp(x[n, i]) / sum_j exp(x[n, j])`: scores to probabilities, row by row.

    Its Jacobian is `dy_i / dx_j = y_i * (delta_ij - y_j)`, so the full product with a gradient g is
    `grad_x = y * (g - sum_j g_j * y_j)`; no (n, k, k) array is needed.

    Shape: `(n, k)` -> `(n, k)`.
    """

    by_row = True

    def _value(self, x: Array) -> Array:
        return softmax(x)

    def _gradient(self, y: Array, grad_output: Array) -> Array:
        return y * (grad_output - np.sum(grad_output * y, axis=1, keepdims=True))


@LAYERS.add("LogSoftmax", "log-softmax")
class LogSoftmax(_Activation):
    """`y = x - logsumexp(x)`, the logarithm of `Softmax` without its overflow.

    `grad_x = g - exp(y) * sum_j g_j`.  Shape: `(n, k)` -> `(n, k)`.
    """

    by_row = True

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
