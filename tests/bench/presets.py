"""Every preset on MNIST: seconds in the page, how near that is to the limit, and PyTorch beside it.

PyTorch trains the same network from the same weights on the same batches, natively on one thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nncore import PRESETS, load_mnist
from nncore.conv import Conv2d
from nncore.linear import Linear
from tests.bench.browser import Tab
from tests.bench.processes import torch_course
from web.site.console import Stage

GOALS = (0.95, 0.98, 0.99)
Course = Sequence[Sequence[float]]  # seconds since the start and test accuracy, after each epoch


def measure(tab: Tab, most_epochs: int | None) -> list[tuple[str, ...]]:
    """Rows of the table: a preset in the page, then in PyTorch; `most_epochs` cuts a look short."""
    found: list[tuple[str, ...]] = []
    limit: float = tab.call("limit")
    for name in PRESETS:
        with Stage(f"{name} in the page"):
            course: Course = tab.call("course", name, most_epochs, wait=True)
        share = epoch_gflop(name) / (seconds_per_epoch(course) * limit)
        found.append((f"{name}, the page", *row(course), f"{share:.0%}"))
        with Stage(f"{name} in PyTorch"):
            peer = torch_course(name, most_epochs)
        found.append(
            (f"{name}, PyTorch, 1 thread", *(row(peer) if isinstance(peer, list) else (peer,))),
        )
    return found


def row(course: Course) -> tuple[str, ...]:
    """Seconds per epoch, seconds until each goal, the last accuracy."""
    reached = [next((f"{s:.0f}" for s, accuracy in course if accuracy >= goal), "never") for goal in GOALS]
    return f"{seconds_per_epoch(course):.1f}", *reached, f"{course[-1][1]:.2%}"


def seconds_per_epoch(course: Course) -> float:
    """Mean over the course, evaluation included."""
    return course[-1][0] / len(course)


def epoch_gflop(name: str) -> float:
    """Arithmetic of an epoch of training: two for each multiply-add, forward and back, in all products.

    Zeros that are skipped count.  The gradient in the first layer's input is needed by nobody.
    """
    train, _ = load_mnist()
    model = PRESETS[name].recipe.build_model(train)
    x: Any = train.inputs(slice(0, 1))
    total, times = 0, 2  # the first layer: forward and weight gradient
    for layer in model:
        x = layer(x)
        if isinstance(layer, Linear | Conv2d):
            positions = x[0, 0].size if x.ndim == 4 else 1
            total += times * 2 * layer.weight.data.size * positions
            times = 3
    return total * len(train) * 1e-9
