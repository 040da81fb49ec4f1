"""From a recipe to the objects it describes."""

from __future__ import annotations

from dataclasses import fields
from math import prod
from typing import TYPE_CHECKING, cast

from nncore import schedules
from nncore.activations import ACTIVATIONS, Log, LogSoftmax, Softmax
from nncore.conv import Conv2d, MaxPool2d
from nncore.data.augment import Augmentation
from nncore.data.dataset import Dataset
from nncore.data.loader import MASKS, WEIGHTS, Augment, Shuffle, stream
from nncore.errors import RecipeError
from nncore.layers import BatchNorm1d, Dropout, Flatten
from nncore.linear import Linear
from nncore.losses import CrossEntropyLoss, Loss, MSELoss, NLLLoss
from nncore.module import Module, Sequential
from nncore.optim import SGD, Adam, AdamW, NotebookSGD, Optimizer
from nncore.trainer import EarlyStopping, Trainer

if TYPE_CHECKING:
    from nncore.recipe import Recipe

#: Layers put between the last Linear and each loss.
HEADS: dict[str, tuple[type[Module], ...]] = {
    "cross_entropy": (),
    "nll": (LogSoftmax,),
    "softmax_log_nll": (Softmax, Log),
    "mse": (Softmax,),
}
POOLED = 2  # how many convolutions are followed by pooling
NOTEBOOK_OFF_TARGET = 1e-6


def build_model(recipe: Recipe, sample_shape: tuple[int, ...], num_classes: int) -> Sequential:
    """The network of `recipe` for images of `sample_shape` (h, w), or for vectors of (d,) features."""
    rng = stream(recipe.seed, WEIGHTS)
    activation = ACTIVATIONS[recipe.activation]
    layers: list[Module] = []
    features = prod(sample_shape)
    if recipe.model == "cnn":
        height, width = sides(sample_shape)
        channels = 1
        for index, out in enumerate(recipe.channels):
            layers += [Conv2d(channels, out, 3, padding=1, init=recipe.init, rng=rng), activation()]
            if index < POOLED:
                layers.append(MaxPool2d(2))
                height, width = height // 2, width // 2
            channels = out
        features = channels * height * width
    if len(sample_shape) > 1:
        layers.append(Flatten())
    for index, width in enumerate(recipe.hidden):
        layers.append(Linear(features, width, init=recipe.init, rng=rng))
        if recipe.batch_norm and recipe.model == "mlp":
            layers.append(BatchNorm1d(width))
        layers.append(activation())
        if recipe.dropout:
            layers.append(Dropout(recipe.dropout, stream(recipe.seed, MASKS, index)))
        features = width
    layers.append(Linear(features, num_classes, init=recipe.init, rng=rng))
    layers += [layer() for layer in HEADS[recipe.loss]]
    return Sequential(*layers)


def sides(sample_shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and width of images that a convolutional network can read; RecipeError for other samples."""
    if len(sample_shape) != 2:
        raise RecipeError(
            f"model: got cnn for vectors of {sample_shape[0]} features, expected mlp, or images"
        )
    height, width = sample_shape
    if min(sample_shape) < 2**POOLED:
        raise RecipeError(
            f"model: got cnn for images of {height}x{width}, expected {2**POOLED} pixels or more a side"
        )
    return height, width


def build_criterion(recipe: Recipe) -> Loss:
    """The loss of `recipe`."""
    if recipe.loss == "mse":
        return MSELoss()
    if recipe.loss == "cross_entropy":
        return CrossEntropyLoss(recipe.label_smoothing)
    return NLLLoss(NOTEBOOK_OFF_TARGET if recipe.loss == "softmax_log_nll" else 0.0)


def build_optimizer(recipe: Recipe, model: Module) -> Optimizer:
    """The optimiser of `recipe` for the parameters of `model`."""
    params = model.parameters()
    if recipe.optimizer == "sgd":
        return SGD(params, recipe.lr, recipe.momentum, recipe.nesterov, recipe.weight_decay)
    if recipe.optimizer == "notebook":
        return NotebookSGD(params, recipe.lr)
    kind = Adam if recipe.optimizer == "adam" else AdamW
    return kind(params, recipe.lr, weight_decay=recipe.weight_decay)


def build_schedule(recipe: Recipe) -> schedules.Schedule:
    """The learning-rate schedule of `recipe`."""
    if recipe.schedule == "step":
        return schedules.step_decay(recipe.step_epochs, recipe.gamma)
    if recipe.schedule == "cosine":
        return schedules.cosine()
    if recipe.schedule == "warmup":
        return schedules.warmup(recipe.warmup)
    if recipe.schedule == "one_cycle":
        return schedules.one_cycle(recipe.warmup)
    return schedules.constant()


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
            f"batch_norm: got a batch of 1 ({len(train_data)} samples in batches of {recipe.batch_size}), "
            "expected at least 2, which have a variance; change batch_size or set drop_last"
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
        seed=recipe.seed,
    )


def apply_live(recipe: Recipe, trainer: Trainer) -> None:
    """Give `trainer` those settings of `recipe` that may change during a run (`Setting.live`)."""
    optimizer = trainer.optimizer
    optimizer.lr = recipe.lr
    if isinstance(optimizer, SGD):
        optimizer.momentum, optimizer.nesterov = recipe.momentum, recipe.nesterov
    if isinstance(optimizer, SGD | Adam):
        optimizer.weight_decay = recipe.weight_decay
    trainer.epochs = recipe.epochs
    trainer.early_stopping = _early_stopping(recipe)
    if trainer.loader.dataset.has_images:
        trainer.loader.augment = build_augment(recipe)


def _early_stopping(recipe: Recipe) -> EarlyStopping | None:
    return EarlyStopping(recipe.patience) if recipe.patience else None
