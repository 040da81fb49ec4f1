"""A trainable array with its gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nncore.ops import Array


class Parameter:
    """A trainable array with its gradient.

    Attributes
    ----------
    data : ndarray
        The value, float32 or float64, C-contiguous.  Optimisers change it in place.
    grad : ndarray or None
        Gradient of the loss, shape and dtype of `data`; None until a backward pass has run.  Its memory is
        used again after `zero_grad`: copy it to keep it.
    """

    def __init__(self, data: Array) -> None:
        self.data = np.ascontiguousarray(data)
        self.grad: Array | None = None
        self._memory: Array | None = None

    def add_grad(self, compute: Callable[[Array | None], Array]) -> None:
        """Add to `grad` what `compute(out)` returns; it may write into `out` when that is an array.

        The first gradient after `zero_grad` is written in place, so the usual step neither clears nor adds.
        """
        if self.grad is not None:
            self.grad += compute(None)
            return
        memory = self._memory
        if memory is None or (memory.shape, memory.dtype) != (self.data.shape, self.data.dtype):
            memory = self._memory = np.empty_like(self.data)
        self.grad = compute(memory)

    def zero_grad(self) -> None:
        """Forget the gradient (set it to None, as PyTorch does)."""
        self.grad = None

    def __repr__(self) -> str:
        return f"Parameter(shape={self.data.shape}, dtype={self.data.dtype})"
