"""Losses, optimisers, schedules and augmentations."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from nncore.custom.build import (
    build_augment,
    build_criterion,
    build_model,
    build_schedule,
    build_trainer,
)
from nncore.custom.check_layers import small
from nncore.custom.faults import BATCH, FaultError, expect_array, expect_gradient
from nncore.custom.parts import Part
from nncore.custom.program import Program
from nncore.data.dataset import Dataset
from nncore.gradcheck import gradcheck
from nncore.losses import LOSSES, Loss
from nncore.optim import OPTIMIZERS
from nncore.parameter import Parameter
from nncore.recipe import Recipe
from nncore.schedules import SCHEDULES
from nncore.text import Text


def check_loss(part: Part, program: Program, recipe: Recipe, data: Dataset) -> str:
    """A number for a batch, and its gradient in the output."""
    model, criterion = build_model(small(recipe), program, data.sample_shape, data.num_classes), None
    for name in (recipe.loss, *LOSSES):
        candidate = build_criterion(recipe.replace(loss=name), program)
        if type(candidate) is part.value:
            criterion, model = (
                candidate,
                build_model(small(recipe.replace(loss=name)), program, data.sample_shape, data.num_classes),
            )
            break
    if not isinstance(criterion, Loss):
        return Text("it runs, but no setting asks for a loss of this name")
    target = data.labels[:BATCH]
    output = model(data.inputs(slice(0, BATCH)))
    with program.guard():
        loss = criterion(output, target)
    if not isinstance(loss, float | np.floating) or not isfinite(loss):
        kind = repr(loss)
        if isinstance(loss, np.ndarray) and loss.shape:
            kind = Text("shape {shape}", shape=loss.shape)
        raise FaultError(
            Text("forward: got {kind}, expected one finite number, the mean over the batch", kind=kind)
        )
    with program.guard():
        grad = criterion.backward()
    expect_array("backward", grad, output.shape, output.dtype)
    chosen = criterion
    checked = expect_gradient(lambda: gradcheck(chosen, output.astype(np.float64), target=target), program)
    return Text("{shape} -> {loss:.4f}; {checked}", shape=output.shape, loss=loss, checked=checked)


def check_optimizer(part: Part, program: Program, recipe: Recipe, data: Dataset) -> str:
    """It goes downhill on a bowl, `sum of w**2 / 2`, whose gradient is w."""
    for name in (recipe.optimizer, *OPTIMIZERS):
        wanted = small(recipe.replace(optimizer=name, lr=0.01))
        trainer = build_trainer(wanted, program, data)
        if type(trainer.optimizer) is part.value:
            break
    else:
        return Text("it runs, but no setting asks for an optimiser of this name")
    optimizer: Any = trainer.optimizer
    parameters: list[Parameter] = trainer.model.parameters()
    before = [parameter.data.copy() for parameter in parameters]
    for _ in range(3):
        for parameter in parameters:
            parameter.grad = parameter.data.copy()
        with program.guard():
            optimizer.step()
    for (name, parameter), old in zip(trainer.model.named_parameters(), before, strict=True):
        expect_array(f"step: {name}", parameter.data, old.shape, old.dtype)
    moved = [p.data - old for p, old in zip(parameters, before, strict=True)]
    if not any(np.any(m) for m in moved):
        raise FaultError(
            Text("step: no parameter changed, although each has a gradient; change parameter.data")
        )
    downhill = sum(float(np.vdot(m, old)) for m, old in zip(moved, before, strict=True))
    if downhill >= 0:
        raise FaultError(
            Text("step: it goes uphill, expected downhill: the gradient is to be subtracted, not added")
        )
    return Text("it goes downhill, and keeps shapes and dtypes")


def check_schedule(part: Part, program: Program, recipe: Recipe, data: Dataset) -> str:
    """A factor of at least 0 at every moment of a run."""
    asked = (name for name in SCHEDULES if SCHEDULES[name].make.__name__ == part.name)
    schedule = build_schedule(recipe.replace(schedule=next(asked, recipe.schedule)), program)
    if schedule is None:
        return Text("it runs, but no setting asks for a schedule of this name")
    factors = []
    for done in np.linspace(0, 10, 21):
        with program.guard():
            factor = schedule(float(done), 10.0)
        if not isinstance(factor, int | float | np.number) or not (isfinite(factor) and factor >= 0):
            raise FaultError(
                Text(
                    "got {factor!r} after {done:g} of 10 epochs, expected a number of at least 0, by "
                    "which the learning rate is multiplied",
                    factor=factor,
                    done=done,
                )
            )
        factors.append(float(factor))
    return Text(
        "from {first:.4g} to {last:.4g} times the learning rate, at most {most:.4g}",
        first=factors[0],
        last=factors[-1],
        most=max(factors),
    )


def check_augmentation(part: Part, program: Program, recipe: Recipe, data: Dataset) -> str:
    """Images of the same shape and dtype; the originals stay as they are."""
    augment = build_augment(recipe.replace(shift=0.1), program)
    assert augment is not None
    images = data.images[:BATCH].astype(np.float32) / np.float32(255)
    before = images.copy()
    with program.guard():
        changed = augment(images, np.random.default_rng(0))
    expect_array("images", changed, images.shape, images.dtype)
    if not np.array_equal(images, before):
        raise FaultError(
            Text("it changed the images it was given in place; work on a copy (images = images.copy())")
        )
    if changed.min() < -0.01 or changed.max() > 1.01:
        raise FaultError(
            Text(
                "got values from {min:.3g} to {max:.3g}, expected 0 to 1; use np.clip",
                min=changed.min(),
                max=changed.max(),
            )
        )
    return Text("same shape and dtype, values from 0 to 1")
