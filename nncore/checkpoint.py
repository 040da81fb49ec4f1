"""Models in a file: a plain .npz of arrays, readable with `numpy.load`, with a version and without pickle.

Entries
-------
format          'nncore'
version         1
recipe          the settings, JSON
image_shape     shape of a sample the network was built for: (height, width), or (features,)
num_classes     its number of classes
info            anything worth remembering, JSON
code            Python text of its own that the network is made with (optional); loading does not run it
weights/...     parameters and buffers by name, such as weights/1.weight
trainer/...     state of an unfinished run (optional)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nncore import custom
from nncore.arrays import prefixed
from nncore.checkpoint_file import FORMAT, CheckpointFile
from nncore.custom import Program
from nncore.errors import CheckpointError, RecipeError, ShapeError
from nncore.module import Module, Sequential
from nncore.recipe import Recipe
from nncore.text import Text
from nncore.trainer import Trainer

VERSION = 1


@dataclass(frozen=True)
class Checkpoint:
    """What `load` found in a file."""

    recipe: Recipe
    image_shape: tuple[int, ...]
    num_classes: int
    weights: dict[str, NDArray]
    info: dict[str, Any] = field(default_factory=dict)
    trainer_state: dict[str, NDArray] | None = None
    code: str = ""  # see `nncore.custom`

    @property
    def nonfinite(self) -> list[str]:
        """Names of the weights that hold NaN or infinities, as those of a run that diverged do."""
        return [name for name, array in self.weights.items() if not np.isfinite(array).all()]

    @property
    def nonfinite_words(self) -> str:
        """What to tell about them."""
        return (
            f"{', '.join(self.nonfinite)} hold numbers that are not finite, as after a run that "
            "diverged: this network's answers mean nothing"
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes, if `info` tells them, else their numbers."""
        names = self.info.get("class_names")
        if isinstance(names, list) and len(names) == self.num_classes:
            return tuple(map(str, names))
        return tuple(map(str, range(self.num_classes)))

    def build_model(self, dtype: DTypeLike = np.float32, program: Program | None = None) -> Sequential:
        """The network with the saved weights, in evaluation mode.

        A model with code of its own needs the `program` made of it, `custom.Program(saved.code).run()`.  It
        can do whatever Python can: run none that you have not read.
        """
        if self.code and program is None:
            raise CheckpointError(
                Text(
                    "this network is made with Python code of its own, which is in the file and was not run; "
                    "read it, then run it and give the program"
                )
            )
        program = program or Program("")
        try:
            model = custom.build_model(self.recipe, program, self.image_shape, self.num_classes, dtype)
            model.load_state_dict(self.weights)
        except (KeyError, ShapeError, RecipeError) as error:
            raise CheckpointError(
                Text("the weights do not fit the recipe saved with them: {error}", error=error)
            ) from None
        model.eval()
        return model

    def restore(self, trainer: Trainer) -> None:
        """Set a trainer built from `recipe` to where the saved run stood."""
        if self.trainer_state is None:
            raise CheckpointError(
                Text("the checkpoint holds weights alone, expected the state of a run; it cannot be resumed")
            )
        try:
            trainer.load_state_dict(self.trainer_state | prefixed("model.", self.weights))
        except (KeyError, ValueError, TypeError) as error:
            raise CheckpointError(
                Text("the saved run does not fit this trainer: {error}", error=error)
            ) from None


def save(
    target: str | Path | BinaryIO,
    model: Module,
    recipe: Recipe,
    image_shape: tuple[int, ...],
    num_classes: int = 10,
    *,
    trainer: Trainer | None = None,
    info: Mapping[str, Any] | None = None,
    code: str = "",
    dtype: DTypeLike | None = None,
) -> None:
    """Write a model, and with `trainer` all that is needed to resume, to a path or a binary file.

    `code` is the text of the program that the model was built with, if there is one.

    `dtype=np.float16` halves the file; the weights load as float32, rounded to 11 bits.  Raises ValueError if
    one is too large for it.  A path is replaced only when the whole file is written.
    """
    arrays: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "recipe": json.dumps(recipe.to_dict()),
        "image_shape": image_shape,
        "num_classes": num_classes,
        "info": json.dumps(dict(info or {})),
    }
    if code:
        arrays["code"] = code
    weights = model.state_dict()
    if dtype is not None:
        weights = {name: _rounded(name, array, dtype) for name, array in weights.items()}
    arrays |= prefixed("weights/", weights)
    if trainer is not None:
        state = {name: array for name, array in trainer.state_dict().items() if not name.startswith("model.")}
        arrays |= prefixed("trainer/", state)
    if not isinstance(target, str | Path):
        np.savez(target, **arrays)
        return
    path = Path(target)
    partial = path.with_name(path.name + ".part")
    with partial.open("wb") as file:
        np.savez(file, **arrays)
    partial.replace(path)


def _rounded(name: str, array: NDArray, dtype: DTypeLike) -> NDArray:
    with np.errstate(over="ignore"):
        rounded = array.astype(dtype)
    if (np.isinf(rounded) & np.isfinite(array)).any():
        most = np.abs(array[np.isfinite(array)]).max()
        raise ValueError(
            f"{name}: got numbers up to {most:.4g}, expected at most {np.finfo(rounded.dtype).max:.4g}, the "
            f"largest of {rounded.dtype}; save it without a dtype"
        )
    return rounded


def load(source: str | Path | bytes | BinaryIO) -> Checkpoint:
    """Read a checkpoint from a path, a binary file, or a file's content.

    Raises CheckpointError if it is missing, damaged, not a checkpoint, of a newer version, or does not agree
    with itself. All that is known from the entries' headers is checked before the weights are unpacked.
    """
    name = str(source) if isinstance(source, str | Path) else "checkpoint"
    with CheckpointFile(source, name) as file:
        file.check_version(VERSION)
        recipe, image_shape, num_classes = file.network()
        weights, info, state = file.weights(), file.info(), file.trainer_state()
        return Checkpoint(recipe, image_shape, num_classes, weights, info, state, file.code())
