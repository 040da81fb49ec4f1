"""Which images set off one unit the most."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

import numpy as np

from nncore.data import Dataset
from nncore.evaluate import evaluating
from nncore.module import Sequential

SLICE = 100  # images between two places to rest
MOST = 2000  # images that are looked at


class Exciting(NamedTuple):
    """One image.

    Attributes
    ----------
    place : in the data set.
    output : of the unit; of a map, its largest value.
    """

    place: int
    output: float


def most_exciting(
    model: Sequential, layer: int, unit: int, data: Dataset, count: int
) -> Generator[float, None, list[Exciting]]:
    """The `count` images of `data` for which `unit` puts out most after layer `layer`, largest first.

    Looks at the first `MOST` images; a job, which yields the share that is done.
    """
    found = []
    seen = data[:MOST]
    for start in range(0, len(seen), SLICE):
        x = seen.inputs(slice(start, start + SLICE))
        with evaluating(model):
            for part in list(model)[: layer + 1]:
                x = part(x)
        found.append(x[:, unit].reshape(len(x), -1).max(axis=1))
        yield min(1.0, (start + SLICE) / len(seen))
    outputs = np.nan_to_num(np.concatenate(found)) if found else np.zeros(0)
    order = np.argsort(-outputs, kind="stable")[:count]
    return [Exciting(int(i), float(outputs[i])) for i in order]
