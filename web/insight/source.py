"""The parts that make up the present network and its training, for those who want to read or change them."""

from __future__ import annotations

from typing import Any

import numpy as np

import nncore
from nncore.custom import original_named
from nncore.data.augment import Augmentation
from nncore.losses import Loss
from nncore.module import Module
from nncore.optim import Optimizer
from nncore.recipe import Recipe
from nncore.schedules import SCHEDULES
from nncore.trainer import Trainer
from web.words import _

KINDS: dict[type, str] = {
    Module: _("layer"),
    Loss: _("loss"),
    Optimizer: _("optimiser"),
    Augmentation: _("augmentation"),
    Trainer: _("the training loop"),
}


def parts(trainer: Trainer, recipe: Recipe) -> dict[str, Any]:
    """Classes and functions of nncore's by name, in the order of computation; also originals of one's own."""
    schedule = SCHEDULES[recipe.schedule].make
    found: list[Any] = [type(module) for _, module in trainer.model.named_modules()]
    found.append(found.pop(0))  # the Sequential, which is the least telling
    found += [type(trainer.criterion), type(trainer.optimizer), schedule]
    if trainer.loader.augment is not None:
        found.append(type(trainer.loader.augment))
    found.append(Trainer)
    originals = (
        part if part.__module__.startswith("nncore.") else original_named(part.__name__) for part in found
    )
    return {part.__name__: part for part in originals if part is not None}


def words(part: Any) -> str:
    """What a part is called on the page, such as "Linear (layer)"."""
    kinds = (words for base, words in KINDS.items() if isinstance(part, type) and issubclass(part, base))
    kind = next(kinds, _("schedule") if part in SCHEDULES.makers else _("part of nncore"))
    return f"{part.__name__} ({kind})"


def reference(part: Any) -> str:
    """Where the reference tells of a part, relative to the page."""
    page = "nncore" if part.__name__ in nncore.__all__ else part.__module__.replace(".", "/")
    return f"api/{page}.html#{part.__name__}"


def completions() -> list[dict[str, str]]:
    """What the editor offers: nncore's public names, and NumPy's with `np.` before them."""
    own = [{"label": name, "detail": "nncore"} for name in sorted(nncore.__all__)]
    numpy = [
        {"label": f"np.{name}", "detail": "NumPy"} for name in sorted(dir(np)) if not name.startswith("_")
    ]
    return own + numpy
