"""Does a part do what nncore expects of it?  Shapes, dtypes and gradients, told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nncore.custom.check_layers import check_layer, check_network
from nncore.custom.check_training import check_augmentation, check_loss, check_optimizer, check_schedule
from nncore.custom.errors import CodeError
from nncore.custom.faults import BATCH, FaultError
from nncore.custom.parts import Part
from nncore.custom.program import Program
from nncore.data.dataset import Dataset
from nncore.gradcheck import GradientSample
from nncore.recipe import Recipe
from nncore.text import Text

SIDE = 8  # of the images that the network is checked with


@dataclass(frozen=True)
class Finding:
    """What was found out about one part.

    Attributes
    ----------
    part : str                          its name
    ok : bool
    text : str                          in words, with what to do if it is not right
    line : int or None                  of the part, of the error, or of the method with a wrong gradient
    table : tuple of GradientSample     derivatives of the input or parameter that disagrees first
    """

    part: str
    ok: bool
    text: str
    line: int | None = None
    table: tuple[GradientSample, ...] = ()


def check(program: Program, recipe: Recipe, data: Dataset | None = None) -> list[Finding]:
    """One finding for every part of the program, in its order; see `findings`."""
    return list(findings(program, recipe, data))


def findings(program: Program, recipe: Recipe, data: Dataset | None = None) -> Iterator[Finding]:
    """Check every part by itself, in a small network of `recipe`, one after the other.

    A layer that the recipe's network does not have is looked for in networks that have it.  `data` is what is
    to be trained on, or at least `2 * BATCH` samples of it (default: random images of 8 x 8 pixels).
    """
    data = data[: 2 * BATCH] if data else sample_data()
    for part in program.parts.all:
        try:
            text = CHECKS[part.kind](part, program, recipe, data)
            yield Finding(part.name, True, text, program.line_of(part.name))
        except FaultError as fault:
            line = program.line_of(part.name, *_methods_of(fault))
            yield Finding(part.name, False, str(fault), line, fault.table)
        except CodeError as error:
            yield Finding(part.name, False, error.words, error.line or program.line_of(part.name))
        except Exception as error:  # from nncore, about what the part gave it
            told = Text("{kind}: {error}", kind=type(error).__name__, error=error)
            yield Finding(part.name, False, told, program.line_of(part.name))


def _methods_of(fault: FaultError) -> tuple[str, ...]:
    """Where a wrong gradient is worked out; no method for other faults."""
    if not fault.table:
        return ()
    half = "backward_input" if fault.table[0].name == "input" else "backward_params"
    return half, "backward"


def sample_data() -> Dataset:
    """A few random images, a fifth of their pixels blank."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (2 * BATCH, SIDE, SIDE), np.uint8) * (
        rng.random((2 * BATCH, SIDE, SIDE)) > 0.2
    )
    return Dataset(images.astype(np.uint8), np.arange(2 * BATCH))


CHECKS: dict[str, Callable[[Part, Program, Recipe, Dataset], str]] = {
    "layer": check_layer,
    "activation": check_layer,
    "loss": check_loss,
    "optimizer": check_optimizer,
    "schedule": check_schedule,
    "augmentation": check_augmentation,
    "network": check_network,
}
