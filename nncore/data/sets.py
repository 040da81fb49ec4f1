"""The data sets that a recipe can name, and how each is had."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nncore.data.dataset import Dataset
from nncore.data.published import Published
from nncore.errors import DataError
from nncore.registry import Registry

Pair = tuple[Dataset, Dataset]

#: Training and test data by name.  Each is a function that returns them, or a set `Published` as files, or
#: `own`: a function of the file.
DATASETS: Registry[Pair] = Registry("dataset")

OWN = "own"


def load_data(name: str, path: str | Path | None = None, *, download: bool = False, **options: Any) -> Pair:
    """The data set `name` as (train, test).

    Parameters
    ----------
    name : str                  one of `DATASETS`
    path : path, optional       the folder of a published set, see `Published.load`; the .npz file for 'own'
    download : bool             fetch a published set that is missing
    options                     what the set takes besides, see `Recipe.data_options`: of points their `noise`

    Raises DataError if it cannot be had, RecipeError for an unknown name.
    """
    source = DATASETS[name].make
    if isinstance(source, Published):
        return source.load(path, download=download)
    if name == OWN:
        if path is None:
            raise DataError("dataset own: got no file, expected --data with an .npz file")
        return source(path, Path(path).name)
    if path is not None:
        raise DataError(
            f"--data: got {path}, expected nothing for {name}, which is built in; train with --dataset own "
            "for an .npz file of your own, with --dataset mnist for MNIST's folder"
        )
    return source(**options)


def at_hand(folder: str | Path | None = None) -> tuple[str, ...]:
    """Names of the data sets that `load_data` finds without a download: built in, or in their folder."""
    sources = {name: DATASETS[name].make for name in DATASETS if name != OWN}
    return tuple(
        name
        for name, source in sources.items()
        if not isinstance(source, Published) or source.find(folder) is not None
    )
