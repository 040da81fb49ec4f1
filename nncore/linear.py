"""The fully connected layer."""

from __future__ import annotations

import numpy as np

from nncore import init as initializers
from nncore import ops
from nncore.module import LAYERS, Module
from nncore.ops import Array
from nncore.parameter import Parameter


@LAYERS.add("Linear", "fully connected")
class Linear(Module):
    """`y = x @ weight + bias`.

    Parameters
    ----------
    in_features, out_features : int
    bias : bool
    init : str
        A name from `nncore.init.INITIALIZERS`.
    rng : Generator, int or None
        Source of the initial values, or a seed for one; None draws different values each time.

    Shape: `(n, in_features)` -> `(n, out_features)`.

    Attributes
    ----------
    weight : Parameter of shape (in_features, out_features)
        One row per input, as in the notebook: the transpose of PyTorch's.  The rows that the nonzero pixels
        of an image select are then contiguous in memory.
    bias : Parameter of shape (out_features,), or None
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        init: str = "uniform",
        rng: np.random.Generator | int | None = None,
    ) -> None:
        self.in_features = in_features
        self.out_features = out_features
        self.init = init
        self.weight = Parameter(np.empty((in_features, out_features), np.float32))
        self.bias = Parameter(np.empty(out_features, np.float32)) if bias else None
        self.reset_parameters(np.random.default_rng(rng))
        self._x: Array | None = None

    def reset_parameters(self, rng: np.random.Generator) -> None:
        """Draw weight and bias anew."""
        fans = self.in_features, self.out_features
        self.weight.data[...] = initializers.init_weight(self.init, fans, *fans, rng)
        if self.bias is not None:
            self.bias.data[...] = initializers.init_bias(self.init, self.out_features, self.in_features, rng)

    @property
    def expects(self) -> str:
        return f"(batch, {self.in_features}); put Flatten() before it for images"

    def forward(self, x: Array) -> Array:
        ok = x.ndim == 2 and x.shape[1] == self.in_features
        self.check(x, ok, self.weight.data.dtype)
        self._x = x
        return ops.backend().linear(x, self.weight.data, None if self.bias is None else self.bias.data)

    def backward_params(self, grad_output: Array) -> None:
        """`weight.grad += x.T @ grad_output`, `bias.grad += grad_output.sum(0)`."""
        x = self.saved(self._x)
        self.check_grad(grad_output, (len(x), self.out_features))
        ops.backend().add_weight_grad(self.weight, x, grad_output)
        if self.bias is not None:
            self.bias.add_grad(lambda out: ops.backend().sum_rows(grad_output, out))

    def backward_input(self, grad_output: Array) -> Array:
        """`grad_output @ weight.T`."""
        self.check_grad(grad_output, (len(self.saved(self._x)), self.out_features))
        return ops.backend().matmul(grad_output, self.weight.data.T)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
        )
