"""Initial values of weights and biases, by name.

The scale matters: a unit that sums `fan_in` inputs of variance v with weights of variance s has variance
`fan_in * s * v`.  With s = 1 (the notebook) the sums are large and tanh saturates; Xavier (Glorot & Bengio
2010) and Kaiming (He et al. 2015) choose s so that signals keep their size from layer to layer.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

#: Each initialiser by name, with the distribution it draws weights from.
INITIALIZERS: dict[str, str] = {
    "normal": "N(0, 1), weights and biases, as in the notebook",
    "uniform": "U(-b, b) with b = 1 / sqrt(fan_in), weights and biases, PyTorch's default",
    "xavier_uniform": "U(-b, b) with b = sqrt(6 / (fan_in + fan_out)), biases 0",
    "xavier_normal": "N(0, 2 / (fan_in + fan_out)), biases 0",
    "kaiming_uniform": "U(-b, b) with b = sqrt(6 / fan_in), biases 0",
    "kaiming_normal": "N(0, 2 / fan_in), biases 0",
}


def check_name(name: str) -> None:
    """Raise ValueError unless `name` is an initialiser."""
    if name not in INITIALIZERS:
        raise ValueError(f"init: got {name!r}, expected one of {', '.join(INITIALIZERS)}")


def init_weight(
    name: str, shape: tuple[int, ...], fan_in: int, fan_out: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """A float32 weight of `shape` drawn by the initialiser `name`.

    `fan_in` and `fan_out` count the inputs and outputs of a unit.
    """
    check_name(name)
    fan_in, fan_out = max(1, fan_in), max(1, fan_out)
    if name in ("normal", "xavier_normal", "kaiming_normal"):
        std = {
            "normal": 1.0,
            "xavier_normal": sqrt(2 / (fan_in + fan_out)),
            "kaiming_normal": sqrt(2 / fan_in),
        }
        return rng.standard_normal(shape, np.float32) * np.float32(std[name])
    bound = {
        "uniform": 1 / sqrt(fan_in),
        "xavier_uniform": sqrt(6 / (fan_in + fan_out)),
        "kaiming_uniform": sqrt(6 / fan_in),
    }
    return (2 * rng.random(shape, np.float32) - 1) * np.float32(bound[name])


def init_bias(name: str, size: int, fan_in: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A float32 bias of `size` values: drawn as the weights for 'normal' and 'uniform', else zeros."""
    check_name(name)
    if name in ("normal", "uniform"):
        return init_weight(name, (size,), fan_in, size, rng)
    return np.zeros(size, np.float32)
