"""The native contestants, each in a process of its own with a fixed number of threads."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from tests.bench import native, torch_twin

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
STEPS = {"nncore": native.nncore_step, "notebook": native.notebook_step, "PyTorch": native.torch_step}

_step: native.Step | None = None


class NativeProcess:
    """One contestant of `STEPS`; `threads=None` leaves their number to the library."""

    def __init__(self, kind: str, threads: int | None) -> None:
        # BLAS reads the environment once, when the new process imports it.
        before = {name: os.environ.get(name) for name in THREADS}
        for name in THREADS:
            os.environ.pop(name, None)
            if threads:
                os.environ[name] = str(threads)
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        self.available = self._pool.submit(_prepare, kind).result()
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value

    def rate(self, seconds: float) -> float:
        """Training steps per second over `seconds`."""
        return self._pool.submit(_rate, seconds).result()

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What `function` returns there."""
        return self._pool.submit(function, *arguments).result()

    def close(self) -> None:
        self._pool.shutdown()


def torch_course(preset: str, most_epochs: int | None) -> list[tuple[float, float]] | str:
    """`torch_twin.course` in a process with one thread, or why there is none."""
    process = NativeProcess("PyTorch", 1)
    try:
        if not process.available:
            return "PyTorch is not installed"
        return process.run(torch_twin.course, preset, most_epochs)
    finally:
        process.close()


def _prepare(kind: str) -> bool:
    global _step
    _step = STEPS[kind](native.data())
    return _step is not None


def _rate(seconds: float) -> float:
    assert _step is not None
    return native.steps_per_second(_step, seconds)
