"""Initial values of weights and biases, by name.

The scale matters: a unit that sums `fan_in` inputs of variance v with weights of variance s has variance
`fan_in * s * v`.  With s = 1 (the notebook) the sums are large and tanh saturates; Xavier (Glorot & Bengio
2010) and Kaiming (He et al. 2015) choose s so that signals keep their size from layer to layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from nncore.registry import Registry


@dataclass(frozen=True)
class Distribution:
    """What an initialiser draws weights from: mean 0, and a spread that suits the layer.

    Attributes
    ----------
    normal : bool       normal with standard deviation `spread`; else uniform between `-spread` and `spread`
    spread : float
    biases : bool       biases are drawn as the weights are; else they start as zeros
    """

    normal: bool
    spread: float
    biases: bool = False

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
        """Float32 values of `shape`."""
        if self.normal:
            return rng.standard_normal(shape, np.float32) * np.float32(self.spread)
        return (2 * rng.random(shape, np.float32) - 1) * np.float32(self.spread)


#: The initialisers that a recipe can name: functions of a unit's fan_in and fan_out.
INITIALIZERS: Registry[Distribution] = Registry("init")


@INITIALIZERS.add("normal", "normal: N(0, 1), weights and biases, as in the notebook")
def normal(fan_in: int, fan_out: int) -> Distribution:
    """N(0, 1), for weights and biases."""
    return Distribution(True, 1.0, biases=True)


@INITIALIZERS.add(
    "uniform", "uniform: U(-b, b) with b = 1 / sqrt(fan_in), weights and biases, PyTorch's default"
)
def uniform(fan_in: int, fan_out: int) -> Distribution:
    """U(-b, b) with `b = 1 / sqrt(fan_in)`, for weights and biases."""
    return Distribution(False, 1 / sqrt(fan_in), biases=True)


@INITIALIZERS.add(
    "xavier_uniform", "xavier uniform: U(-b, b) with b = sqrt(6 / (fan_in + fan_out)), biases 0"
)
def xavier_uniform(fan_in: int, fan_out: int) -> Distribution:
    """U(-b, b) with `b = sqrt(6 / (fan_in + fan_out))` (Glorot & Bengio 2010)."""
    return Distribution(False, sqrt(6 / (fan_in + fan_out)))


@INITIALIZERS.add("xavier_normal", "xavier normal: N(0, 2 / (fan_in + fan_out)), biases 0")
def xavier_normal(fan_in: int, fan_out: int) -> Distribution:
    """N(0, 2 / (fan_in + fan_out)) (Glorot & Bengio 2010)."""
    return Distribution(True, sqrt(2 / (fan_in + fan_out)))


@INITIALIZERS.add("kaiming_uniform", "kaiming uniform: U(-b, b) with b = sqrt(6 / fan_in), biases 0")
def kaiming_uniform(fan_in: int, fan_out: int) -> Distribution:
    """U(-b, b) with `b = sqrt(6 / fan_in)` (He et al. 2015)."""
    return Distribution(False, sqrt(6 / fan_in))


@INITIALIZERS.add("kaiming_normal", "kaiming normal: N(0, 2 / fan_in), biases 0")
def kaiming_normal(fan_in: int, fan_out: int) -> Distribution:
    """N(0, 2 / fan_in) (He et al. 2015)."""
    return Distribution(True, sqrt(2 / fan_in))


def init_weight(
    name: str, shape: tuple[int, ...], fan_in: int, fan_out: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """A float32 weight of `shape` drawn by the initialiser `name`.

    `fan_in` and `fan_out` count the inputs and outputs of a unit.
    """
    return INITIALIZERS[name].make(max(1, fan_in), max(1, fan_out)).draw(shape, rng)


def init_bias(name: str, size: int, fan_in: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A float32 bias of `size` values: drawn as the weights are, or zeros, as the initialiser has it."""
    distribution = INITIALIZERS[name].make(max(1, fan_in), max(1, size))
    return distribution.draw((size,), rng) if distribution.biases else np.zeros(size, np.float32)
