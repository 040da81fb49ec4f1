"""Random generators inside a model (dropout), as arrays, so that a resumed run draws the same masks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.module import Module


def _generators(model: Module) -> dict[str, np.random.Generator]:
    found = ((name, getattr(module, "rng", None)) for name, module in model.named_modules())
    return {name: rng for name, rng in found if isinstance(rng, np.random.Generator)}


def rng_states(model: Module) -> dict[str, NDArray[Any]]:
    """The state of every layer with a generator, by layer name.

    Of PCG64 it is six uint64, the high and low halves of state and increment (128 bits each) and the
    kept-back 32-bit half; of others a text, the state as JSON.
    """
    states = {}
    for name, rng in _generators(model).items():
        raw = rng.bit_generator.state
        if raw["bit_generator"] != "PCG64":
            states[name] = np.array(json.dumps(raw, default=np.ndarray.tolist))
            continue
        pair = [half for key in ("state", "inc") for half in divmod(raw["state"][key], 1 << 64)]
        states[name] = np.array([*pair, raw["has_uint32"], raw["uinteger"]], np.uint64)
    return states


def restore_rngs(model: Module, states: Mapping[str, NDArray[Any]]) -> None:
    """Set the generators to what `rng_states` returned.

    Raises ValueError, KeyError or TypeError for anything else.
    """
    for name, rng in _generators(model).items():
        if states[name].dtype.kind == "U":
            rng.bit_generator.state = json.loads(str(states[name]))
            continue
        if states[name].shape != (6,) or states[name].dtype != np.uint64 or states[name][5] >= 1 << 32:
            raise ValueError(
                f"rng.{name}: got no state of a generator, expected six uint64, the last below 2^32"
            )
        high, low, inc_high, inc_low, has, kept = (int(value) for value in states[name])
        rng.bit_generator.state = {
            "bit_generator": "PCG64",
            "state": {"state": (high << 64) | low, "inc": (inc_high << 64) | inc_low},
            "has_uint32": has,
            "uinteger": kept,
        }
