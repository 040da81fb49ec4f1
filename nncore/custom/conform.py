"""Small differences evened out between how people write a part and how nncore calls it."""

from __future__ import annotations

import copy

from nncore import losses
from nncore.activations import softmax
from nncore.losses import Loss
from nncore.module import Module
from nncore.ops import Array


def conform(cls: type) -> type:
    """The class itself, with what it left out filled in."""
    if issubclass(cls, Module):
        _split_backward(cls)
    elif issubclass(cls, Loss):
        _give_probabilities(cls)
    return cls


def _split_backward(cls: type[Module]) -> None:
    """One `backward` that does both halves, as textbooks write it, serves as each of them too."""
    own = {name for base in cls.__mro__ if base.__module__ == cls.__module__ for name in vars(base)}
    if "backward" not in own or own & {"backward_input", "backward_params"}:
        return
    whole, params, input_ = cls.backward, cls.backward_params, cls.backward_input
    at_work: set[int] = set()  # ids of the layers whose `backward` runs: it may call `super().backward`

    def backward(self: Module, grad_output: Array) -> Array:
        at_work.add(id(self))
        try:
            return whole(self, grad_output)
        finally:
            at_work.discard(id(self))

    def backward_params(self: Module, grad_output: Array) -> None:
        if id(self) in at_work:
            params(self, grad_output)  # those of the layer that it goes on from
        else:
            self.backward(grad_output)

    def backward_input(self: Module, grad_output: Array) -> Array:
        if id(self) in at_work:
            return input_(self, grad_output)
        kept = [(parameter, copy.copy(parameter.grad)) for parameter in self.parameters()]
        grad_input = self.backward(grad_output)
        for parameter, grad in kept:
            parameter.grad = grad
        return grad_input

    cls.backward = backward  # type: ignore[method-assign]
    cls.backward_params = backward_params  # type: ignore[method-assign]
    cls.backward_input = backward_input  # type: ignore[method-assign]


def _give_probabilities(cls: type[Loss]) -> None:
    """A loss that does not say which probabilities an output stands for takes them from its original."""
    if cls.probabilities is not Loss.probabilities:
        return
    original = getattr(losses, cls.__name__, None)
    if original is not None:
        cls.probabilities = original.probabilities  # type: ignore[method-assign]
    else:
        cls.probabilities = lambda self, output: softmax(output)  # type: ignore[method-assign]
