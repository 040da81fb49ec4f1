"""Learning-rate schedules: a factor on the optimiser's `lr`, by the progress through the run."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi

from nncore.registry import Registry

#: `schedule(epochs_done, epochs) -> factor`, called before every step with the (fractional) number of epochs
#: done.
Schedule = Callable[[float, float], float]

#: The schedules that a recipe can name.
SCHEDULES: Registry[Schedule] = Registry("schedule")


@SCHEDULES.add("constant", "constant")
def constant() -> Schedule:
    """Factor 1 throughout."""
    return lambda done, epochs: 1.0


@SCHEDULES.add("step", "steps down", "step_epochs", "gamma")
def step_decay(step_epochs: int = 10, gamma: float = 0.1) -> Schedule:
    """`gamma ** (done // step_epochs)`: a drop every `step_epochs` epochs."""
    return lambda done, epochs: gamma ** (done // step_epochs)


@SCHEDULES.add("cosine", "cosine to zero")
def cosine(final: float = 0.0) -> Schedule:
    """From 1 down to `final` along half a cosine (Loshchilov & Hutter 2017)."""
    return lambda done, epochs: final + (1 - final) * (1 + cos(pi * min(1.0, done / epochs))) / 2


@SCHEDULES.add("warmup", "warm-up, then constant", fraction="warmup")
def warmup(fraction: float = 0.1, start: float = 0.01) -> Schedule:
    """Linearly from `start` to 1 during the first `fraction` of the run, then 1."""
    return lambda done, epochs: min(1.0, start + (1 - start) * (done / epochs) / max(1e-9, fraction))


@SCHEDULES.add("one_cycle", "one cycle: up, then down", fraction="warmup")
def one_cycle(fraction: float = 0.3, start: float = 0.04, final: float = 1e-4) -> Schedule:
    """Up from `start` to 1 in the first `fraction`, then down to `final`, by cosines (Smith & Topin 2018)."""

    def factor(done: float, epochs: float) -> float:
        progress = min(1.0, done / epochs)
        if progress < fraction:
            return start + (1 - start) * (1 - cos(pi * progress / fraction)) / 2
        return final + (1 - final) * (1 + cos(pi * (progress - fraction) / max(1e-9, 1 - fraction))) / 2

    return factor
