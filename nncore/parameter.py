"""A trainable array with its gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nncore.arrays import Array


class Parameter:
    """A trainable array with its gradient.

    Attributes
    ----------
    data : ndarray
        The value, float32 or float64, C-contiguous.  Optimisers change it in place.
    requires_grad : bool
        False freezes it: it gets no gradient, and optimisers leave it as it is.
    promise : callable or None
        What computes `grad` when it is first asked for; set by backends that may do without.
    """

    def __init__(self, data: Array, requires_grad: bool = True) -> None:
        self.data = np.ascontiguousarray(data)
        self.requires_grad = requires_grad
        self.promise: Callable[[], Array] | None = None
        self._grad: Array | None = None
        self._memory: Array | None = None

    @property
    def grad(self) -> Array | None:
        """Gradient of the loss, shape and dtype of `data`; None until a backward pass has run.

        Its memory is used again after `zero_grad`: copy it to keep it.
        """
        if self.promise is not None:
            self.grad = self.promise()
        return self._grad

    @grad.setter
    def grad(self, value: Array | None) -> None:
        self.promise, self._grad = None, value

    @property
    def has_grad(self) -> bool:
        """Whether there is a gradient, computed or not."""
        return self.promise is not None or self._grad is not None

    def add_grad(self, compute: Callable[[Array | None], Array]) -> None:
        """Add to `grad` what `compute(out)` returns, unless frozen; it may write into `out`, if given one.

        The first gradient after `zero_grad` is written in place, so the usual step neither clears nor adds.
        """
        if not self.requires_grad:
            return
        if (grad := self.grad) is not None:
            grad += compute(None)
        else:
            self._grad = compute(self.memory())

    def zero_grad(self) -> None:
        """Forget the gradient (set it to None, as PyTorch does)."""
        self.grad = None

    def memory(self) -> Array:
        """Room for a gradient, the same each time."""
        memory = self._memory
        if memory is None or (memory.shape, memory.dtype) != (self.data.shape, self.data.dtype):
            memory = self._memory = np.empty_like(self.data)
        return memory

    def __deepcopy__(self, memo: dict[int, object]) -> Parameter:
        """The value alone: a gradient, had or promised, belongs to the training of the original."""
        return Parameter(self.data.copy(), self.requires_grad)

    def __repr__(self) -> str:
        return f"Parameter(shape={self.data.shape}, dtype={self.data.dtype})"
