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
    if cls.backward_input is not Module.backward_input:
        return  # it goes on from a layer that has both halves, and may call them

    def backward_params(self: Module, grad_output: Array) -> None:
        self.backward(grad_output)

    def backward_input(self: Module, grad_output: Array) -> Array:
        kept = [(parameter, copy.copy(parameter.grad)) for parameter in self.parameters()]
        grad_input = self.backward(grad_output)
        for parameter, grad in kept:
            parameter.grad = grad
        return grad_input

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
