"""A layer with what follows it, computed in one go where the backend can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nncore import ops
from nncore.activations import Activation
from nncore.image_ops import BlockOutput, PooledGrad, Window, channels_first, channels_last
from nncore.module import Module
from nncore.ops import Array
from nncore.pooling import MaxPool2d


class Fusable(Module):
    """A layer that can be computed together with what follows it."""

    takes_pooled: tuple[str, ...] = ()  # which of its methods take a `PooledGrad` too

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the last output, channels last."""
        raise NotImplementedError

    def operands(self, x: Array) -> tuple[Any, ...]:
        """What the output for x is computed from.  x is checked, and remembered for the backward pass."""
        raise NotImplementedError

    def compute(self, operands: tuple[Any, ...]) -> Array:
        """The layer's output."""
        raise NotImplementedError

    def compute_block(
        self, operands: tuple[Any, ...], activation: Activation, window: Window | None
    ) -> BlockOutput | None:
        """That with an activation and perhaps pooling, or None if the backend has no such thing.

        Channels last, with the places of the maxima where a pooling `window` (kernel_size, stride) is given.
        """
        raise NotImplementedError

    def forward(self, x: Array) -> Array:
        return self.compute(self.operands(x))

    def spread(self, grad: Array | PooledGrad) -> Array:
        """A gradient in the last output, not as one of what was pooled."""
        if isinstance(grad, PooledGrad):
            return channels_first(ops.backend().unpooled(grad, self.output_shape))
        return grad


class Block(Module):
    """A layer, an activation and perhaps MaxPool2d: the same as one by one, without what lies between.

    The three stay layers of their own; this runs them in a `Sequential`, one by one where the backend offers
    nothing better.

    Shape: that of the first layer's input -> that of the last layer's output.
    """

    def __init__(self, first: Fusable, activation: Activation, pool: MaxPool2d | None) -> None:
        self.first, self.activation, self.pool = first, activation, pool
        self._output: BlockOutput | None = None

    def forward(self, x: Array) -> Array:
        first, activation, pool = self.first, self.activation, self.pool
        operands, window = first.operands(x), (pool.kernel_size, pool.stride) if pool else None
        self._output = first.compute_block(operands, activation, window)
        if self._output is None:
            x = activation(first.compute(operands))
            return pool(x) if pool else x
        return channels_first(self._output[0])

    def backward_params(self, grad_output: Array) -> None:
        self.first.backward_params(self._for("backward_params", grad_output))

    def backward_input(self, grad_output: Array) -> Array:
        return self.first.backward_input(self._for("backward_input", grad_output))

    def backward(self, grad_output: Array) -> Array:
        return self.first.backward(self._for("backward", grad_output))

    def _for(self, method: str, grad_output: Array) -> Any:
        """Gradient in the first layer's output, as that method of it takes it."""
        grad = self._through(grad_output)
        return grad if method in self.first.takes_pooled else self.first.spread(grad)

    def _through(self, grad_output: Array) -> Array | PooledGrad:
        """Gradient in the first layer's output."""
        if self._output is None:
            grad = self.pool.backward_input(grad_output) if self.pool else grad_output
            return self.activation.backward_input(grad)
        y, index = self._output
        self.check_grad(grad_output, channels_first(y).shape)
        backend = ops.backend()
        grad = np.ascontiguousarray(channels_last(grad_output))
        # The activation's slope at the place of a maximum follows from the maximum.
        grad = backend.activation_grad(self.activation, y, grad)
        if self.pool and index is not None:
            return PooledGrad(grad, index, (self.pool.kernel_size, self.pool.stride))
        return channels_first(grad)


def fused(first: Fusable, following: Sequence[Module]) -> tuple[Module, int]:
    """`Module.fuse` for such a layer: with an activation, and with the pooling after it."""
    activation, pool = (*following[:2], None, None)[:2]
    # One with parameters of its own wants a gradient for them, too.
    if not isinstance(activation, Activation) or activation.parameters():
        return first, 0
    if type(pool) is MaxPool2d:
        return Block(first, activation, pool), 2
    return Block(first, activation, None), 1
