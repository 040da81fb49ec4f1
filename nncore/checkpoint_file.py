"""The entries of a checkpoint's file, each checked before it is used: anybody may have written it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import below
from nncore.data.idx import MAX_CLASSES, MAX_SIDE
from nncore.errors import CheckpointError
from nncore.footprint import num_parameters
from nncore.npz import Npz, Source, read_json
from nncore.recipe import Recipe
from nncore.text import Text
from nncore.trainer_state import Progress

FORMAT = "nncore"
MAX_BYTES = 1 << 30  # the largest network that MNIST's settings allow takes 840 MB with Adam's state
MAX_TEXT = 1_000_000  # characters
MAX_INFO = 4_000_000  # the history of the longest run that the settings allow takes 1.6 million

#: The fixed entries: dtype.kind, and shape.
SCHEMA = {
    "format": ("U", ()),
    "version": ("iu", ()),
    "recipe": ("U", ()),
    "num_classes": ("iu", ()),
    "info": ("U", ()),
}
CODE = "code"  # the one that may be missing


class CheckpointFile(Npz):
    """A checkpoint's file, its entries as nncore's types.

    Opening it checks what the entries' headers tell; every method raises CheckpointError for a value that is
    not what it should be.
    """

    def __init__(self, source: Source, name: str) -> None:
        super().__init__(source, name, CheckpointError, MAX_BYTES)
        with self._incomplete():
            mark = self.headers.get("format")
            if mark is None or not self._fits("format") or str(self["format"]) != FORMAT:
                raise CheckpointError(
                    Text(
                        "{name}: got an .npz file with {arrays}, expected a checkpoint written by nncore (an "
                        "entry 'format' that says {format!r})",
                        name=name,
                        arrays=sorted(self.headers)[:5],
                        format=FORMAT,
                    )
                )
            present = SCHEMA | ({CODE: ("U", ())} if CODE in self.headers else {})
            for key, (kinds, shape) in present.items():
                if not self._fits(key):
                    header, words = self.headers[key], "text" if kinds == "U" else "integers"
                    raise ValueError(
                        f"{key}: got {header.dtype} of shape {header.shape}, expected {words} of {shape}"
                    )
            sample = self.headers["image_shape"]
            if sample.dtype.kind not in "iu" or sample.shape not in ((1,), (2,)):
                raise ValueError(
                    f"image_shape: got {sample.dtype} of shape {sample.shape}, expected (height, width) or "
                    "(features,)"
                )
            for key, header in below("weights/", self.headers).items():
                if header.dtype.kind != "f":
                    raise ValueError(f"{key}: got weights of dtype {header.dtype}, expected floats")

    def check_version(self, newest: int) -> None:
        """Refuse a file of a version to come."""
        if (version := int(self["version"])) > newest:
            raise CheckpointError(
                Text(
                    "{name}: got version {version}, expected at most {newest}; update nncore",
                    name=self.name,
                    version=version,
                    newest=newest,
                )
            )

    def network(self) -> tuple[Recipe, tuple[int, ...], int]:
        """Recipe, a sample's shape, number of classes; there are as many weights as such a network has.

        Of a network with code of its own nobody knows how many it has before the code has run.
        """
        with self._incomplete():
            recipe = Recipe.from_dict(self._json("recipe"))
            sizes = self["image_shape"]
            most = MAX_SIDE if len(sizes) == 2 else MAX_SIDE**2
            sample_shape = tuple(_within("image_shape", size, most) for size in sizes)
            num_classes = _within("num_classes", self["num_classes"], MAX_CLASSES)
            expected = num_parameters(recipe, sample_shape, num_classes)
            got = sum(header.size for header in below("weights/", self.headers).values())
            if (
                CODE not in self.headers and not expected <= got <= 2 * expected
            ):  # more by what is not trained: running means, variances
                raise ValueError(f"got {got:,} weights, expected {expected:,} for the recipe beside them")
            return recipe, sample_shape, num_classes

    def code(self) -> str:
        """The text of the program that the network is made with; '' if there is none."""
        return str(self[CODE]) if CODE in self.headers else ""

    def weights(self) -> dict[str, NDArray]:
        """Parameters and buffers by name."""
        return self._below("weights/")

    def info(self) -> dict[str, Any]:
        """What was to be remembered."""
        with self._incomplete():
            return self._json("info")

    def trainer_state(self) -> dict[str, NDArray] | None:
        """The state of an unfinished run, if there is one."""
        state = self._below("trainer/")
        if not state:
            return None
        with self._incomplete():
            Progress.from_state_dict(below("progress.", state))
        return state

    def _below(self, prefix: str) -> dict[str, NDArray]:
        return {key.removeprefix(prefix): self[key] for key in self.headers if key.startswith(prefix)}

    def _fits(self, key: str) -> bool:
        header, (kinds, shape) = self.headers[key], SCHEMA.get(key, ("U", ()))
        most = 4 * (MAX_INFO if key == "info" else MAX_TEXT)
        return header.dtype.kind in kinds and header.shape == shape and header.dtype.itemsize <= most

    def _json(self, key: str) -> dict[str, Any]:
        try:
            value = read_json(str(self[key]))
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from None
        if not isinstance(value, dict):
            raise ValueError(f"{key}: got JSON of type {type(value).__name__}, expected an object")
        return value

    @contextmanager
    def _incomplete(self) -> Iterator[None]:
        try:
            yield
        except CheckpointError:
            raise
        except (KeyError, ValueError) as error:  # those of JSON, of the recipe and of the progress too
            raise CheckpointError(
                Text("{name}: damaged or incomplete: {error}", name=self.name, error=error)
            ) from None


def _within(key: str, value: np.integer | NDArray, maximum: int) -> int:
    if not 1 <= value <= maximum:
        raise ValueError(f"{key}: got {value}, expected 1 to {maximum}")
    return int(value)
