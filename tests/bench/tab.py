"""What runs inside the tab: loaded into the Python of the page's worker and driven by `browser.py`."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyodide_js
from notebook import Notebook

from nncore import Tanh, ops
from nncore.presets import PRESETS
from nncore.trainer import Trainer
from web.browser.keeper import FILE, Keeper
from web.kernels import BUILDS, FOLDER, KernelOps
from web.session import Session

BATCH = 64
MAPS = (BATCH, 14, 14, 32)  # what goes through a small convolution
WARM_UP = 1.5  # seconds until the dashboard has saved the session, as it does at every pause, and settled
RELAXED, SIMD128 = (FOLDER / file for file, _ in BUILDS)
BACKENDS = {
    "relaxed": KernelOps(RELAXED, "relaxed SIMD"),
    "relaxed dense": KernelOps(RELAXED, "relaxed SIMD, dense", sparse=False),
    "simd128": KernelOps(SIMD128, "SIMD"),
    "simd128 dense": KernelOps(SIMD128, "SIMD, dense", sparse=False),
    "numpy": ops.NumpyOps(),
}
gc.unfreeze()  # the page freezes what its start-up made
session = next(item for item in gc.get_objects() if isinstance(item, Session))  # the dashboard's own
keeper = next(item for item in gc.get_objects() if isinstance(item, Keeper))
gc.freeze()


async def prepare() -> None:
    """Give the dashboard MNIST and the network to measure: 784-1024-10, tanh, plain SGD."""
    recipe = PRESETS["corrected"].recipe.replace(momentum=0.0, schedule="constant")
    await configure(**recipe.to_dict() | {"dataset": "mnist", "epochs": 1000})


async def configure(**settings: object) -> None:
    session.pause()
    session.configure(**settings)
    while session.library.loading:
        await asyncio.sleep(0.05)
    if session.library.error or session.recipe.dataset != settings.get("dataset", session.recipe.dataset):
        raise RuntimeError(session.library.error or "the data set was not taken")


async def page_rate(backend: str, seconds: float) -> float:
    """Steps per second in the dashboard: its session, slices, plots and messages.

    Counts training only: evaluation at the end of an epoch is waited for, not measured.
    """
    ops.use(BACKENDS[backend])
    session.train()
    await asyncio.sleep(WARM_UP)
    progress = session.training.trainer.progress
    steps, elapsed = 0, 0.0
    while elapsed < seconds:
        epoch, before, start = progress.epoch, progress.global_step, time.perf_counter()
        await asyncio.sleep(0.1)
        if progress.epoch == epoch and progress.phase == "train":
            steps += progress.global_step - before
            elapsed += time.perf_counter() - start
    session.pause()
    return steps / elapsed


def trainer(hidden: int = 1024, batch_size: int = BATCH) -> Trainer:
    recipe = session.recipe.replace(hidden=(hidden,), batch_size=batch_size, epochs=10_000)
    return recipe.build_trainer(session.training.train_data)


trainers: dict[object, Trainer] = {}


def bare_rate(backend: str, seconds: float, hidden: int = 1024, batch_size: int = BATCH) -> float:
    """Steps per second of the ordinary Trainer alone, nothing published."""
    ops.use(BACKENDS[backend])
    key = backend, hidden, batch_size
    if key not in trainers:
        trainers[key] = trainer(hidden, batch_size)
    return rate(trainers[key].advance, seconds)


def preset_rate(preset: str, changes: dict[str, Any], seconds: float) -> float:
    """Steps per second on MNIST of a preset with other settings, nothing published."""
    ops.use(BACKENDS["relaxed"])
    recipe = PRESETS[preset].recipe.replace(schedule="constant", epochs=1000, **changes)
    return rate(recipe.build_trainer(session.training.train_data).advance, seconds)


def batch_rate(preset: str, changes: dict[str, Any], seconds: float) -> float:
    """Batches per second that the same trainer's loader makes, nothing trained."""
    ops.use(BACKENDS["relaxed"])
    loader = PRESETS[preset].recipe.replace(**changes).build_trainer(session.training.train_data).loader
    steps = itertools.cycle(range(len(loader)))
    return rate(lambda: loader.batch(0, next(steps)), seconds)


halves: list[asyncio.Task[float]] = []


def begin_half(seconds: float) -> None:
    """Start to train 512 hidden units in a moment, beside another worker; `half_rate` has the result."""

    async def train() -> float:
        await asyncio.sleep(0.2)  # until the other worker has been told as well
        return bare_rate("relaxed", seconds, 512)

    halves.append(asyncio.ensure_future(train()))


async def half_rate() -> float:
    """Steps per second of what `begin_half` started."""
    return await halves.pop()


notebook_state: list[tuple[Notebook, int]] = []


def notebook_rate(seconds: float) -> float:
    """Steps per second of the notebook's code in this Python."""
    if not notebook_state:
        notebook_state.append((Notebook(), 0))
    notebook, i = notebook_state[0]
    images, labels = session.training.train_data.images[:6400], session.training.train_data.labels[:6400]

    def step() -> None:
        nonlocal i
        part = slice(i % 100 * BATCH, (i % 100 + 1) * BATCH)
        notebook.step(images[part].reshape(BATCH, -1) / 255, labels[part], 0.0003)
        i += 1

    return rate(step, seconds)


def rate(step: Callable[[], object], seconds: float) -> float:
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        step()
        count += 1
    return count / elapsed


# ------------------------------------------------------------------------------------------------- kernels


def kernel_rates(rounds: int) -> dict[str, dict[str, float]]:
    """Medians per build: GFLOP/s of the arithmetic limit and of dense products, ms of the other kernels."""
    rng = np.random.default_rng(0)
    x = session.training.train_data.images[:BATCH].reshape(BATCH, -1).astype(np.float32) / np.float32(255)
    w, g = (rng.standard_normal(shape, dtype=np.float32) * 0.03 for shape in ((784, 1024), (BATCH, 1024)))
    dw, buf, m, v = (np.zeros_like(w) for _ in range(4))
    flops = 2 * BATCH * 784 * 1024
    maps, kernel = (rng.standard_normal(shape, dtype=np.float32) for shape in (MAPS, (3, 3, 1, MAPS[3])))
    maps_flops = 2 * 9 * maps.size * 1e-9
    chains = 300_000
    found: dict[str, dict[str, list[float]]] = {}
    for turn in range(rounds + 1):
        for build, path in (("relaxed", RELAXED), ("simd128", SIMD128)):
            limit = ctypes.CDLL(str(path)).multiply_adds_f32
            limit.restype = ctypes.c_float
            sparse, dense = BACKENDS[build], BACKENDS[f"{build} dense"]
            work: dict[str, tuple[Callable[[], object], float]] = {
                "limit, GFLOP/s": (lambda f=limit: f(chains), 96e-9 * chains),
                "x @ W dense, GFLOP/s": (lambda k=dense: k.linear(x, w), flops * 1e-9),
                "x.T @ g dense, GFLOP/s": (lambda k=dense: k.linear_grad_weight(x, g, dw), flops * 1e-9),
                "g @ W.T dense, GFLOP/s": (lambda k=dense: k.matmul(g, w.T), flops * 1e-9),
                "x @ W of MNIST, ms": (lambda k=sparse: k.linear(x, w), 0),
                "x.T @ g of MNIST, ms": (lambda k=sparse: k.linear_grad_weight(x, g, dw), 0),
                "x.T @ g of MNIST with SGD, ms": (
                    lambda k=sparse: k.linear_sgd_step(w, x, g, None, lr=0.0),
                    0,
                ),
                "x.T @ g dense with SGD, ms": (lambda k=dense: k.linear_sgd_step(w, x, g, None, lr=0.0), 0),
                "tanh 64x1024, ms": (lambda k=sparse: k.activation(Tanh(), g), 0),
                "SGD 784x1024, ms": (lambda k=sparse: k.sgd_step(w, dw, None, lr=0.0), 0),
                "momentum 784x1024, ms": (lambda k=sparse: k.sgd_step(w, dw, buf, lr=0.0, momentum=0.9), 0),
                "depthwise 3x3, maps 14x14x32, GFLOP/s": (
                    lambda k=sparse: k.conv2d(maps, kernel, None, 1, 1),
                    maps_flops,
                ),
                "depthwise 3x3, gradient of x, GFLOP/s": (
                    lambda k=sparse: k.conv2d_grad_input(maps, kernel, MAPS, 1, 1),
                    maps_flops,
                ),
                "depthwise 3x3, gradient of W, GFLOP/s": (
                    lambda k=sparse: k.conv2d_grad_weight(maps, maps, kernel.shape, 1, 1),
                    maps_flops,
                ),
                "Adam 784x1024, ms": (lambda k=sparse: k.adam_step(w, dw, m, v, lr=0.0, step=9), 0),
            }
            for name, (step, amount) in work.items():
                per_second = rate(step, 0.04)
                value = per_second * amount if amount else 1000 / per_second
                if turn:
                    found.setdefault(build, {}).setdefault(name, []).append(value)
    return {build: {name: statistics.median(v) for name, v in each.items()} for build, each in found.items()}


# ----------------------------------------------------------------------------------------- epochs and memory


async def course(preset: str, most_epochs: int | None) -> list[tuple[float, float]]:
    """Train a preset in the dashboard: seconds since the start and test accuracy after each epoch."""
    ops.use(BACKENDS["relaxed"])
    recipe = PRESETS[preset].recipe
    await configure(**recipe.to_dict() | {"dataset": "mnist"})
    epochs = min(recipe.epochs, most_epochs or recipe.epochs)
    found: list[tuple[float, float]] = []
    start = time.perf_counter()
    session.train()
    while len(found) < epochs:
        if session.training.state != "running" and len(session.training.experiment.history.tests) <= len(
            found
        ):
            raise RuntimeError(session.training.error or "training stopped")
        await asyncio.sleep(0.02)
        for point in session.training.experiment.history.tests[len(found) : epochs]:
            found.append((time.perf_counter() - start, point.accuracy))
    session.pause()
    return found


def limit() -> float:
    """GFLOP/s that this machine can do at most, four multiply-adds at a time and nothing loaded."""
    multiply_adds = ctypes.CDLL(str(RELAXED)).multiply_adds_f32
    multiply_adds.restype = ctypes.c_float
    count = 300_000
    return max(rate(lambda: multiply_adds(count), 0.05) for _ in range(10)) * 96e-9 * count


async def start_long_run(dataset: str, hidden: int, epochs: int) -> None:
    """Train in the dashboard for many epochs; `epochs_done` tells how far it is."""
    ops.use(BACKENDS["relaxed"])
    base = PRESETS["corrected"].recipe.to_dict()
    await configure(**base | {"dataset": dataset, "hidden": (hidden,), "epochs": epochs})
    session.train()


def epochs_done() -> int:
    return session.training.trainer.progress.epoch


async def saving(seconds: float, preset: str, changes: dict[str, object]) -> dict[str, float]:
    """What keeping the session costs a run: share of the time, number of savings, seconds and bytes of one.

    A saving costs what training got less while it lasted than in as long a time otherwise: what else the page
    does is not its doing.
    """
    ops.use(BACKENDS["relaxed"])
    recipe = PRESETS[preset].recipe.replace(schedule="constant", epochs=10_000)
    await configure(**recipe.to_dict() | changes)
    training = session.training
    each: list[tuple[float, float]] = []  # seconds it lasted, seconds of training in it
    save = keeper._saver._save

    async def timed_save() -> None:
        start, before = time.perf_counter(), training.loop_seconds
        await save()
        each.append((time.perf_counter() - start, training.loop_seconds - before))

    keeper._saver._save = timed_save
    start, before = time.perf_counter(), training.loop_seconds
    session.train()
    await asyncio.sleep(seconds)
    session.pause()
    elapsed, trained = time.perf_counter() - start, training.loop_seconds - before
    keeper._saver._save = save
    await keeper.store()
    lasted, trained_in_them = (sum(column) for column in zip(*each, strict=True)) if each else (0.0, 0.0)
    otherwise = (trained - trained_in_them) / (elapsed - lasted)  # training's share of the time
    cost = lasted - trained_in_them / otherwise
    return {
        "share": cost / elapsed,
        "savings": len(each),
        "each": cost / max(1, len(each)),
        "bytes": FILE.stat().st_size,
    }


def memory() -> float:
    """MB of WebAssembly memory: Python's, with all arrays.  It can only grow."""
    return len(pyodide_js._module.HEAPU8) / 2**20
