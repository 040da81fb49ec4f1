"""A trainable array with its gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nncore import ops
from nncore.ops import Array


class Parameter:
    """A trainable array with its gradient.

    Attributes
    ----------
    data : ndarray
        The value, float32 or float64, C-contiguous.  Optimisers change it in place.
    requires_grad : bool
        False freezes it: it gets no gradient, and optimisers leave it as it is.
    factors : (ndarray, ndarray) or None
        `(x, g)` if `grad` is `x.T @ g` and nobody has asked for it yet.  An optimiser may take its step from
        these and leave `grad` uncomputed.
    """

    def __init__(self, data: Array, requires_grad: bool = True) -> None:
        self.data = np.ascontiguousarray(data)
        self.requires_grad = requires_grad
        self.factors: tuple[Array, Array] | None = None
        self._grad: Array | None = None
        self._memory: Array | None = None

    @property
    def grad(self) -> Array | None:
        """Gradient of the loss, shape and dtype of `data`; None until a backward pass has run.

        Its memory is used again after `zero_grad`: copy it to keep it.
        """
        if self.factors is not None:
            self._grad = ops.backend().linear_grad_weight(*self.factors, self._own_memory())
            self.factors = None
        return self._grad

    @grad.setter
    def grad(self, value: Array | None) -> None:
        self.factors, self._grad = None, value

    @property
    def has_grad(self) -> bool:
        """Whether there is a gradient, computed or not."""
        return self.factors is not None or self._grad is not None

    def add_grad(self, compute: Callable[[Array | None], Array]) -> None:
        """Add to `grad` what `compute(out)` returns; it may write into `out` when that is an array.

        The first gradient after `zero_grad` is written in place, so the usual step neither clears nor adds.
        """
        if not self.requires_grad:
            return
        if (grad := self.grad) is not None:
            grad += compute(None)
        else:
            self._grad = compute(self._own_memory())

    def add_product(self, x: Array, g: Array) -> None:
        """Add `x.T @ g` to `grad`.

        Where the backend takes steps with products, a first one is computed only when it is asked for: x
        and g must then stay as they are until `zero_grad`.
        """
        backend = ops.backend()
        if backend.steps_with_products and self.requires_grad and not self.has_grad:
            self.factors = x, g
        else:
            self.add_grad(lambda out: backend.linear_grad_weight(x, g, out))

    def zero_grad(self) -> None:
        """Forget the gradient (set it to None, as PyTorch does)."""
        self.grad = None

    def _own_memory(self) -> Array:
        """Room for a gradient, the same each time."""
        memory = self._memory
        if memory is None or (memory.shape, memory.dtype) != (self.data.shape, self.data.dtype):
            memory = self._memory = np.empty_like(self.data)
        return memory

    def __repr__(self) -> str:
        return f"Parameter(shape={self.data.shape}, dtype={self.data.dtype})"
