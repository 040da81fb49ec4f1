"""The moments of the present run on the device, several to a file: a full one is stored once."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np

from nncore.arrays import below, prefixed
from nncore.errors import CheckpointError
from nncore.npz import read_npz
from web.session.recorder import Moment, Recorder

BUDGET = 16_000_000  # bytes for all of them: every second, fourth … is kept where they take more
# Bytes and moments that a file may hold: each file costs every saving of anything a look.
A_FILE = 1_000_000, 8


def store(recorder: Recorder, folder: Path, *, whole: bool = True) -> None:
    """Write what is not there yet, and take away what is not to be kept any more.

    The latest moments, too few yet to fill a file, are written too if `whole`: in a run under way they would
    be written again and again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    groups = {_name(recorder.key, group): group for group in _groups(_within_budget(recorder))}
    growing = None if whole else next((group for group in groups.values() if not _full(group)), None)
    for path in folder.iterdir():
        begun = growing is not None and path.name.startswith(_beginning(recorder.key, growing))
        if path.name not in groups and not begun:
            path.unlink()
    for name, group in groups.items():
        if group is not growing and not (folder / name).exists():
            steps, epochs, _, states = zip(*group, strict=True)
            weights = {key: np.stack([state[key] for state in states]) for key in states[0]}
            with (folder / name).open("wb") as file:
                np.savez(file, step=steps, epoch=epochs, **prefixed("state/", weights))  # type: ignore[arg-type]


def load(folder: Path, key: str) -> Generator[None, None, list[Moment]]:
    """What was stored of the run of this key, file by file; what cannot be read is left out."""
    moments: list[Moment] = []
    for path in folder.glob(f"{key}-*.npz") if key else ():
        try:
            arrays = read_npz(path, "replay", CheckpointError)
            if not arrays["step"].ndim:  # as it was stored once, a moment to a file
                arrays = {name: array[np.newaxis] for name, array in arrays.items()}
            weights = below("state/", arrays)
            moments += [
                Moment(int(step), float(epoch), 0, {name: array[i] for name, array in weights.items()})
                for i, (step, epoch) in enumerate(zip(arrays["step"], arrays["epoch"], strict=True))
            ]
        except (CheckpointError, IndexError, KeyError, TypeError, ValueError):
            continue
        yield
    return moments


def _within_budget(recorder: Recorder) -> list[Moment]:
    every = 1
    while recorder.bytes / every > BUDGET:
        every *= 2
    return list(recorder)[::every]


def _groups(moments: list[Moment]) -> list[list[Moment]]:
    """Those that go into one file each, in order."""
    size = _capacity(moments[0]) if moments else 1
    return [moments[i : i + size] for i in range(0, len(moments), size)]


def _capacity(moment: Moment) -> int:
    size, most = A_FILE
    return min(most, max(1, size // moment.bytes))


def _full(group: list[Moment]) -> bool:
    return len(group) == _capacity(group[0])


def _name(key: str, group: list[Moment]) -> str:
    return f"{_beginning(key, group)}{group[-1].step}-{len(group)}.npz"


def _beginning(key: str, group: list[Moment]) -> str:
    """Of the name, also when the group had fewer moments."""
    return f"{key}-{group[0].step}-"
