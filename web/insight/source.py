"""The parts that make up the present network and its training, for those who want to read or change them."""

from __future__ import annotations

from typing import Any

from nncore import schedules
from nncore.recipe import Recipe
from nncore.trainer import Trainer

SCHEDULES = {"step": "step_decay"}  # settings that are called otherwise than their function


def parts(trainer: Trainer, recipe: Recipe) -> dict[str, Any]:
    """What each part is called on the page, to its class or function, in the order of computation."""
    found: dict[str, Any] = {}
    for _, module in trainer.model.named_modules():
        kind = type(module)
        found.setdefault(f"{kind.__name__} (layer)", kind)
    found[f"{type(trainer.criterion).__name__} (loss)"] = type(trainer.criterion)
    found[f"{type(trainer.optimizer).__name__} (optimiser)"] = type(trainer.optimizer)
    schedule = getattr(schedules, SCHEDULES.get(recipe.schedule, recipe.schedule))
    found[f"{schedule.__name__} (schedule)"] = schedule
    augment = trainer.loader.augment
    if augment is not None:
        found[f"{type(augment).__name__} (augmentation)"] = type(augment)
    found["Trainer (the training loop)"] = Trainer
    return {name: part for name, part in found.items() if part.__module__.startswith("nncore.")}


def completions() -> list[dict[str, str]]:
    """What the editor offers: nncore's public names, and NumPy's with `np.` before them."""
    import numpy as np

    import nncore

    own = [{"label": name, "detail": "nncore"} for name in sorted(nncore.__all__)]
    numpy = [
        {"label": f"np.{name}", "detail": "NumPy"} for name in sorted(dir(np)) if not name.startswith("_")
    ]
    return own + numpy
