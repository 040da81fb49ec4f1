"""Training steps natively: nncore's ordinary Trainer, the notebook's step, PyTorch eager if it is installed.

The network is 784-1024-10, tanh, batch 64; nncore and PyTorch use plain SGD.  Rounds alternate in one
process, so that all meet the same machine; figures are medians over the rounds.

Run with `python3 build.py bench native [--rounds N] [--seconds S] [--data DIR]`.  The number of threads is
the libraries' own choice; set OPENBLAS_NUM_THREADS and OMP_NUM_THREADS to fix it.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np

import nncore
from nncore import PRESETS, Dataset
from nncore.errors import DataError
from tests.notebook import Notebook

BATCH = 64
Step = Callable[[], object]


def data() -> Dataset:
    """MNIST where it is found, else noise of its size with as many zero pixels."""
    try:
        return nncore.load_mnist()[0]
    except DataError:
        rng = np.random.default_rng(0)
        images = np.where(rng.random((6400, 28, 28)) < 0.19, rng.integers(1, 256, (6400, 28, 28)), 0)
        return Dataset(images.astype(np.uint8), rng.integers(0, 10, 6400), "noise like MNIST")


def nncore_step(train: Dataset) -> Step:
    """One step of the ordinary Trainer: batch, forward, loss, backward, update, event."""
    recipe = PRESETS["corrected"].recipe.replace(momentum=0.0, schedule="constant", epochs=10_000)
    return recipe.build_trainer(train).advance


def notebook_step(train: Dataset) -> Step:
    """One step as the notebook takes it, on batches cut from float64 images as there."""
    notebook = Notebook()
    images, labels = train.images[:6400] / 255, train.labels[:6400]
    batches = endless(len(labels) // BATCH)

    def step() -> float:
        part = slice((i := next(batches)) * BATCH, (i + 1) * BATCH)
        return notebook.step(images[part].reshape((BATCH, -1)), labels[part], 0.0003)

    return step


def torch_step(train: Dataset) -> Step | None:
    """One eager PyTorch step on batches already in tensors, or None without PyTorch."""
    try:
        import torch
    except ImportError:
        return None
    nn = torch.nn
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 1024), nn.Tanh(), nn.Linear(1024, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.CrossEntropyLoss()
    images = torch.from_numpy(train.images[:6400].astype(np.float32) / 255)
    labels = torch.from_numpy(train.labels[:6400].copy())
    batches = endless(len(labels) // BATCH)

    def step() -> float:
        part = slice((i := next(batches)) * BATCH, (i + 1) * BATCH)
        output = model(images[part])
        loss = criterion(output, labels[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        (output.argmax(1) == labels[part]).sum().item()
        return loss.item()

    return step


def endless(count: int) -> Iterator[int]:
    """0, 1, ..., count - 1, 0, 1, ..."""
    while True:
        yield from range(count)


def steps_per_second(step: Step, seconds: float) -> float:
    """How often `step` runs per second, over at least `seconds`."""
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        step()
        count += 1
    return count / elapsed


def measure(steps: dict[str, Step], rounds: int, seconds: float) -> dict[str, float]:
    """Median steps per second of each, in alternating rounds after one round to warm up."""
    rates: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(rounds + 1):
        for name, step in steps.items():
            rate = steps_per_second(step, seconds)
            if turn:
                rates[name].append(rate)
    return {name: statistics.median(values) for name, values in rates.items()}


def main(arguments: list[str] | None = None) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="build.py bench native", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="per contestant and round")
    options = parser.parse_args(arguments)
    train = data()
    steps = {"nncore, Trainer": nncore_step(train), "notebook, float64": notebook_step(train)}
    if torch := torch_step(train):
        steps["PyTorch eager"] = torch
    rates = measure(steps, options.rounds, options.seconds)
    ours = rates["nncore, Trainer"]
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "all")
    print(
        f"784-1024-10, tanh, batch {BATCH}, {train.name}; {platform.machine()}, {os.cpu_count()} cores, "
        f"{threads} threads; median of {options.rounds} alternating rounds"
    )
    print(f"{'':20s}{'batches/s':>10s}{'nncore is':>12s}")
    for name, rate in rates.items():
        print(f"{name:20s}{rate:10.0f}{ours / rate:11.2f}x")
    if torch is None:
        print("PyTorch is not installed: pip install torch to compare with it")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
