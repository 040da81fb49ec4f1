"""Which parts of a network and its training a namespace defines.

A class of the name of one of nncore's takes its place wherever the settings ask for it: `Tanh`, `Linear`,
`CrossEntropyLoss`, `SGD`, `Augmentation`, `Sequential` ... so does a function of the name of a schedule.
Under a name of its own

- a `Module` derived from an activation, or whose class says `is_activation = True`, takes the place of the
  activation that the settings name; so do a `Loss`, an `Optimizer`,
- a function of `(done, epochs)` that of the schedule, one of `(images, rng)` that of the augmentation,
- a `Sequential`, or a function `network(inputs, classes)` that returns one, that of the whole network.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from nncore import schedules
from nncore.activations import ACTIVATIONS
from nncore.custom.conform import conform
from nncore.data.augment import Augmentation
from nncore.losses import Loss
from nncore.module import Module, Sequential
from nncore.optim import Optimizer

NETWORK = "network"  # the function that makes a whole one


@dataclass(frozen=True)
class Part:
    """One part found.

    Attributes
    ----------
    kind : str        'layer', 'activation', 'loss', 'optimizer', 'schedule', 'augmentation' or 'network'
    name : str
    value : object    the class, function or `Sequential`
    """

    kind: str
    name: str
    value: Any


@dataclass(frozen=True)
class Parts:
    """All parts found, in the order they were defined."""

    all: tuple[Part, ...] = ()
    _by_name: dict[str, Part] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._by_name.update({part.name: part for part in self.all})

    def __bool__(self) -> bool:
        return bool(self.all)

    def named(self, original: str) -> Any:
        """What takes the place of the part of nncore with this name; None if nothing does."""
        part = self._by_name.get(original)
        return part.value if part else None

    def last(self, kind: str) -> Any:
        """The last part of a kind; None if there is none."""
        return next((part.value for part in reversed(self.all) if part.kind == kind), None)


def find_parts(namespace: Mapping[str, Any], module: str) -> Parts:
    """The parts among the names that `module` defines itself, made to fit where the originals stand."""
    found = []
    for name, value in namespace.items():
        if name.startswith("_") or (kind := _kind(name, value, module)) is None:
            continue
        found.append(Part(kind, name, conform(value) if isinstance(value, type) else value))
    return Parts(tuple(found))


def _kind(name: str, value: object, module: str) -> str | None:
    if isinstance(value, Sequential):
        return "network"
    if getattr(value, "__module__", None) != module:
        return None
    if isinstance(value, FunctionType):
        return _function_kind(name, value)
    if isinstance(value, type):
        return _class_kind(name, value)
    return None


def _class_kind(name: str, cls: type) -> str | None:
    if issubclass(cls, Loss):
        return "loss"
    if issubclass(cls, Optimizer):
        return "optimizer"
    if issubclass(cls, Augmentation) or name == Augmentation.__name__:
        return "augmentation"
    if issubclass(cls, Sequential) and not _required(cls):
        return "network"
    if issubclass(cls, Module):
        return "activation" if _is_activation(cls) else "layer"
    return None


def _is_activation(cls: type[Module]) -> bool:
    activations = tuple(make for make in ACTIVATIONS.makers if isinstance(make, type))
    is_one = cls.__name__ in {activation.__name__ for activation in activations}
    return is_one or issubclass(cls, activations) or bool(getattr(cls, "is_activation", False))


def _required(cls: type) -> bool:
    """Whether it cannot be made without arguments, or takes the layers of others."""
    arguments = inspect.signature(cls).parameters.values()
    return any(a.default is a.empty and a.kind is not a.VAR_KEYWORD for a in arguments)


def _function_kind(name: str, function: Callable[..., Any]) -> str | None:
    arguments = [argument.lstrip("_") for argument in inspect.signature(function).parameters]
    if name == NETWORK:
        return "network"
    if arguments[:2] == ["done", "epochs"] or hasattr(schedules, name):
        return "schedule"
    if arguments[:2] == ["images", "rng"]:
        return "augmentation"
    return None
