"""A preset in PyTorch: the same network, weights, batches, optimiser and schedule."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from nncore import PRESETS, load_mnist
from nncore.activations import LogSoftmax, ReLU, Tanh
from nncore.build import build_schedule
from nncore.conv import Conv2d
from nncore.layers import Flatten
from nncore.linear import Linear
from nncore.module import Module
from nncore.pooling import MaxPool2d
from nncore.trainer import Trainer


def course(preset: str, most_epochs: int | None) -> list[tuple[float, float]] | str:
    """Seconds since the start and test accuracy after each epoch, or why there is no such run."""
    import torch

    recipe = PRESETS[preset].recipe
    if recipe.optimizer == "notebook":
        return "PyTorch has no such update"
    train, test = load_mnist()
    trainer = recipe.build_trainer(train, test)
    model = torch.nn.Sequential(*(_twin(layer) for layer in trainer.model))
    criterion = torch.nn.NLLLoss() if recipe.loss == "nll" else torch.nn.CrossEntropyLoss()
    optimizer = _optimizer(trainer, model)
    schedule = build_schedule(recipe)
    images, labels = (
        torch.from_numpy(test.inputs(slice(None))),
        torch.from_numpy(test.labels.astype(np.int64)),
    )
    found = []
    start = time.perf_counter()
    for epoch in range(min(recipe.epochs, most_epochs or recipe.epochs)):
        for step, (x, y) in enumerate(trainer.loader.epoch(epoch)):
            factor = schedule(epoch + step / len(trainer.loader), recipe.epochs)
            optimizer.param_groups[0]["lr"] = recipe.lr * factor
            loss = criterion(model(torch.from_numpy(x)), torch.from_numpy(y.astype(np.int64)))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            parts = (slice(i, i + 1000) for i in range(0, len(labels), 1000))
            right = sum(int((model(images[part]).argmax(1) == labels[part]).sum()) for part in parts)
        found.append((time.perf_counter() - start, right / len(labels)))
    return found


def _twin(layer: Module) -> Any:
    """The layer as PyTorch has it, with the same weights."""
    import torch

    nn = torch.nn
    if isinstance(layer, Conv2d):
        twin: Any = nn.Conv2d(
            layer.in_channels,
            layer.out_channels,
            layer.kernel_size,
            layer.stride,
            layer.padding,
            groups=layer.groups,
        )
        weight = layer.weight.data.transpose(3, 2, 0, 1)
    elif isinstance(layer, Linear):
        twin = nn.Linear(layer.in_features, layer.out_features)
        weight = layer.weight.data.T
    else:
        kinds: dict[type[Module], Any] = {
            ReLU: nn.ReLU, Tanh: nn.Tanh, Flatten: nn.Flatten, LogSoftmax: lambda: nn.LogSoftmax(1),
        }  # fmt: skip
        return (
            nn.MaxPool2d(layer.kernel_size, layer.stride)
            if isinstance(layer, MaxPool2d)
            else kinds[type(layer)]()
        )
    with torch.no_grad():
        twin.weight.copy_(torch.from_numpy(weight.copy()))
        if layer.bias is not None:
            twin.bias.copy_(torch.from_numpy(layer.bias.data.copy()))
    return twin


def _optimizer(trainer: Trainer, model: Any) -> Any:
    """The optimiser with its settings."""
    import torch

    mine: Any = trainer.optimizer
    if type(mine).__name__ == "SGD":
        return torch.optim.SGD(
            model.parameters(), mine.lr, mine.momentum, weight_decay=mine.weight_decay, nesterov=mine.nesterov
        )
    kind = getattr(torch.optim, type(mine).__name__)
    return kind(model.parameters(), mine.lr, mine.betas, mine.eps, mine.weight_decay)
