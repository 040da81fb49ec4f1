"""From a recipe and a program to a network and its trainer.

What the settings ask for is built first; then each part that the program defines takes the place of its
original and gets the same arguments, as far as it takes them: a `Linear(in_features, out_features)` need not
know about initialisers.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from math import prod
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike

import nncore
from nncore import build
from nncore.activations import ACTIVATIONS
from nncore.custom.errors import CodeError
from nncore.custom.program import Program
from nncore.data.dataset import Dataset
from nncore.data.loader import WEIGHTS, Augment, stream
from nncore.events import Event
from nncore.losses import Loss
from nncore.module import Module, Sequential
from nncore.optim import Optimizer
from nncore.recipe import SETTINGS, Recipe
from nncore.schedules import SCHEDULES, Schedule
from nncore.text import Text
from nncore.trainer import Trainer

Made = TypeVar("Made")


def build_model(
    recipe: Recipe,
    program: Program,
    sample_shape: tuple[int, ...],
    num_classes: int,
    dtype: DTypeLike = np.float32,
) -> Sequential:
    """The network of `recipe` with the program's layers in it, or the whole one that the program defines.

    The same recipe gives the same weights: layers that take a generator `rng`, or have `reset_parameters`,
    are drawn from its seed, and NumPy's global random numbers begin from it.  Raises CodeError.
    """
    network = program.parts.last("network")
    rng = stream(recipe.seed, WEIGHTS)
    if program.parts:
        np.random.seed(recipe.seed)
    with program.guard():
        if network is None:
            original = build.build_model(recipe, sample_shape, num_classes)
            kind = program.parts.named("Sequential") or Sequential
            model = kind(*(_layer_like(layer, program, rng) for layer in original))
        else:
            model = _own_network(network, sample_shape, num_classes)
            for _, module in model.named_modules():
                if hasattr(module, "reset_parameters"):
                    module.reset_parameters(rng)
    model.to(dtype)
    return model


def build_criterion(recipe: Recipe, program: Program) -> Loss:
    """The program's loss, or that of `recipe`."""
    original = recipe.build_criterion()
    own = _instead_of(original, "loss", program)
    return _make(program, own, like=original, settings=_settings(recipe, "Learning")) if own else original


def build_trainer(
    recipe: Recipe,
    program: Program,
    train_data: Dataset,
    test_data: Dataset | None = None,
    model: Sequential | None = None,
) -> Trainer:
    """A trainer as `recipe.build_trainer` makes it, with the program's parts.  Raises CodeError.

    Its steps have the program's time limit, and raise a CodeError that names the line for what goes wrong in
    the program.
    """
    model = model or build_model(recipe, program, train_data.sample_shape, train_data.num_classes)
    trainer = recipe.build_trainer(train_data, test_data, model)
    trainer.criterion = build_criterion(recipe, program)
    if own := _instead_of(trainer.optimizer, "optimizer", program):
        trainer.optimizer = _make(
            program, own, model.parameters(), like=trainer.optimizer, settings=_settings(recipe, "Learning")
        )
    trainer.schedule = build_schedule(recipe, program) or trainer.schedule
    if train_data.has_images:
        trainer.loader.augment = build_augment(recipe, program) or trainer.loader.augment
    if not program.parts:
        return trainer
    advance = trainer.advance

    def advance_guarded() -> Event | None:
        with program.guard():
            return advance()

    trainer.advance = advance_guarded  # type: ignore[method-assign]
    return trainer


def apply_live(recipe: Recipe, program: Program, trainer: Trainer) -> None:
    """As `recipe.apply_live`, and what the program's optimiser and augmentation take of the settings."""
    recipe.apply_live(trainer)
    optimizer: Optimizer = trainer.optimizer
    taken = inspect.signature(type(optimizer)).parameters
    for name in ("momentum", "nesterov", "weight_decay"):
        if name in taken:
            setattr(optimizer, name, getattr(recipe, name))
    if trainer.loader.dataset.has_images:
        trainer.loader.augment = build_augment(recipe, program) or trainer.loader.augment


def build_schedule(recipe: Recipe, program: Program) -> Schedule | None:
    """The program's schedule; None if it has none, or none for what the settings ask."""
    if factory := program.parts.named(SCHEDULES[recipe.schedule].make.__name__):
        settings = _settings(recipe, "Learning")
        return _make(program, factory, settings={**settings, "fraction": recipe.warmup})
    return _under_its_own_name("schedule", program)


def build_augment(recipe: Recipe, program: Program) -> Augment | None:
    """The program's augmentation; None if it has none."""
    own = program.parts.last("augmentation")
    if not isinstance(own, type):
        return own
    return _make(program, own, settings=_settings(recipe, "Augmentation"))


def _own_network(network: Any, sample_shape: tuple[int, ...], num_classes: int) -> Sequential:
    if isinstance(network, Sequential):
        return copy.deepcopy(network)
    takes = len(inspect.signature(network).parameters)
    model = network(*(prod(sample_shape), num_classes)[:takes])
    if not isinstance(model, Sequential):
        raise CodeError(
            Text("network: got {kind}, expected a Sequential; is there a return?", kind=type(model).__name__)
        )
    return model


def _layer_like(layer: Module, program: Program, rng: np.random.Generator) -> Module:
    """The program's layer in place of `layer`, made with the same arguments; `layer` if there is none."""
    own = program.parts.named(type(layer).__name__)
    if own is None and type(layer) in ACTIVATIONS.makers:
        own = _under_its_own_name("activation", program)
    if own is None:
        return layer
    return _make(program, own, *_required(layer), like=layer, settings={"rng": rng})


def _instead_of(original: object, kind: str, program: Program) -> Any:
    return program.parts.named(type(original).__name__) or _under_its_own_name(kind, program)


def _under_its_own_name(kind: str, program: Program) -> Any:
    """The last part of a kind that is no namesake of one of nncore's, so that no setting asks for it."""
    parts = (part for part in reversed(program.parts.all) if part.kind == kind)
    return next((part.value for part in parts if not _is_namesake(part.name)), None)


def _is_namesake(name: str) -> bool:
    return hasattr(nncore, name) or hasattr(nncore.schedules, name)


def _required(layer: Module) -> list[Any]:
    """The values of the arguments without which a layer of this type cannot be made."""
    return [
        getattr(layer, name)
        for name, argument in inspect.signature(type(layer)).parameters.items()
        if argument.default is argument.empty
    ]


def _settings(recipe: Recipe, group: str) -> dict[str, Any]:
    return {name: getattr(recipe, name) for name, setting in SETTINGS.items() if setting.group == group}


def _make(
    program: Program,
    what: Callable[..., Made],
    *arguments: Any,
    like: object = None,
    settings: Mapping[str, Any] | None = None,
) -> Made:
    """Call a class or factory of the program with `arguments`, and by name with what else it takes.

    That is looked for in the attributes of `like`, the original, and in `settings`.
    """
    own_attributes = {} if like is None else dict(vars(like), lr=getattr(like, "lr", None))
    if "bias" in own_attributes:
        own_attributes["bias"] = own_attributes["bias"] is not None
    known = {**(settings or {}), **own_attributes}
    takes = list(inspect.signature(what).parameters)[len(arguments) :]
    named = {name: known[name] for name in takes if name in known}
    with program.guard():
        try:
            return what(*arguments, **named)
        except TypeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise  # it comes from within
            name = getattr(what, "__name__", repr(what))
            words = ", ".join([*map(repr, arguments), *(f"{key}={value!r}" for key, value in named.items())])
            raise CodeError(
                Text(
                    "{name}: could not be made as {name}({words}): {error}",
                    name=name,
                    words=words,
                    error=error,
                ),
                program.line_of(name),
            ) from None
