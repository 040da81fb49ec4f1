"""From a recipe to the objects it describes."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import TYPE_CHECKING, cast

from nncore.batch_norm import BatchNorm1d
from nncore.data.augment import Augmentation
from nncore.data.dataset import Dataset
from nncore.data.loader import Augment, Shuffle
from nncore.errors import RecipeError
from nncore.losses import LOSSES, Loss
from nncore.module import Module, Sequential
from nncore.networks import NETWORKS
from nncore.optim import OPTIMIZERS, Optimizer
from nncore.schedules import SCHEDULES, Schedule
from nncore.settings import SETTINGS
from nncore.text import Text
from nncore.trainer import EarlyStopping, Trainer

if TYPE_CHECKING:
    from nncore.recipe import Recipe


def build_model(recipe: Recipe, sample_shape: tuple[int, ...], num_classes: int) -> Sequential:
    """The network of `recipe` for images of `sample_shape` (h, w), or for vectors of (d,) features."""
    layers = NETWORKS[recipe.model].build(recipe, sample_shape, num_classes)
    return Sequential(*layers, *(layer() for layer in build_criterion(recipe).head))


def build_criterion(recipe: Recipe) -> Loss:
    """The loss of `recipe`."""
    return LOSSES[recipe.loss].build(recipe)


def build_optimizer(recipe: Recipe, model: Module) -> Optimizer:
    """The optimiser of `recipe` for the parameters of `model`."""
    return OPTIMIZERS[recipe.optimizer].build(recipe, model.parameters())


def build_schedule(recipe: Recipe) -> Schedule:
    """The learning-rate schedule of `recipe`."""
    return SCHEDULES[recipe.schedule].build(recipe)


def build_augment(recipe: Recipe) -> Augment | None:
    """The augmentation of `recipe`; None if it changes nothing."""
    strengths = {field.name: getattr(recipe, field.name) for field in fields(Augmentation)}
    return Augmentation(**strengths) if any(strengths.values()) else None


def build_trainer(recipe: Recipe, train_data: Dataset, test_data: Dataset | None, model: Module) -> Trainer:
    """A trainer of `model` as `recipe` says."""
    rest = len(train_data) % recipe.batch_size
    smallest = rest if rest and not recipe.drop_last else recipe.batch_size
    if smallest == 1 and any(isinstance(module, BatchNorm1d) for _, module in model.named_modules()):
        raise RecipeError(
            Text(
                "batch_norm: got a batch of 1 ({samples} samples in batches of {batch_size}), "
                "expected at least 2, which have a variance; change batch_size or set drop_last",
                samples=len(train_data),
                batch_size=recipe.batch_size,
            )
        )
    return Trainer(
        model,
        build_criterion(recipe),
        build_optimizer(recipe, model),
        train_data,
        test_data,
        batch_size=recipe.batch_size,
        test_batch_size=recipe.test_batch_size,
        epochs=recipe.epochs,
        schedule=build_schedule(recipe),
        augment=build_augment(recipe) if train_data.has_images else None,
        early_stopping=_early_stopping(recipe),
        shuffle=cast(Shuffle, recipe.shuffle),
        drop_last=recipe.drop_last,
        clip_norm=recipe.clip_norm,
        seed=recipe.seed,
    )


def apply_live(recipe: Recipe, trainer: Trainer) -> None:
    """Give `trainer` those settings of `recipe` that may change during a run (`Setting.live`).

    An optimiser of one's own gets those that its constructor takes; others of its attributes are its own.
    """
    taken = inspect.signature(type(trainer.optimizer)).parameters
    for argument, setting in OPTIMIZERS[recipe.optimizer].arguments.items():
        if SETTINGS[setting].live and argument in taken:
            setattr(trainer.optimizer, argument, getattr(recipe, setting))
    trainer.epochs, trainer.clip_norm = recipe.epochs, recipe.clip_norm
    trainer.early_stopping = _early_stopping(recipe)
    if trainer.loader.dataset.has_images:
        trainer.loader.augment = build_augment(recipe)


def _early_stopping(recipe: Recipe) -> EarlyStopping | None:
    return EarlyStopping(recipe.patience) if recipe.patience else None
