"""Kept runs as arrays for an .npz file, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from nncore.arrays import below, prefixed
from nncore.npz import read_json
from nncore.recipe import Recipe
from web.session.history import History
from web.session.runs import Run

Arrays = dict[str, npt.NDArray[Any]]
FIELDS = {"id": int, "name": str, "seconds": float, "ended": str, "visible": bool, "key": str}
LONGEST = 1000  # characters of a name


def runs_arrays(runs: Iterable[Run]) -> Arrays:
    """The runs' words as JSON under "runs", and each one's curves under "run<id>/"."""
    runs = list(runs)
    words = [{name: getattr(run, name) for name in FIELDS} | {"recipe": run.recipe.to_dict()} for run in runs]
    arrays: Arrays = {"runs": np.array(json.dumps(words))}
    for run in runs:
        arrays |= prefixed(f"run{run.id}/", run.history.state_dict())
    return arrays


def runs_from(arrays: Mapping[str, npt.NDArray[Any]]) -> list[Run]:
    """What `runs_arrays` made; ValueError, KeyError or TypeError for anything else."""
    return [_run(words, arrays) for words in read_json(str(arrays["runs"]))]


def _run(words: dict[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Run:
    values = dict(words)
    recipe = Recipe.from_dict(values.pop("recipe"))
    for name, value in values.items():
        number = FIELDS[name] is float and type(value) is int
        if not (type(value) is FIELDS[name] or number) or (isinstance(value, str) and len(value) > LONGEST):
            raise ValueError(f"a run's {name}: got a {type(value).__name__}")
    if values["id"] < 1 or not isfinite(values["seconds"]):
        raise ValueError(f"a run: got id {values['id']} and {values['seconds']} seconds")
    return Run(**values, recipe=recipe, history=History.from_state_dict(below(f"run{values['id']}/", arrays)))
