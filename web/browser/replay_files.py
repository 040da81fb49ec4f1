"""The moments of the present run on the device, a file each: a moment never changes, it is stored once."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np

from nncore.arrays import below, prefixed
from nncore.errors import CheckpointError
from nncore.npz import read_npz
from web.session.recorder import Moment, Recorder

BUDGET = 16_000_000  # bytes for all of them: every second, fourth … is kept where they take more


def store(recorder: Recorder, folder: Path) -> None:
    """Write what is not there yet, and take away what is not to be kept any more."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = {f"{recorder.key}-{moment.step}.npz": moment for moment in _within_budget(recorder)}
    for path in folder.iterdir():
        if path.name not in chosen:
            path.unlink()
    for name, moment in chosen.items():
        if not (folder / name).exists():
            arrays = {"step": np.array(moment.step), "epoch": np.array(moment.epoch)}
            with (folder / name).open("wb") as file:
                np.savez(file, **arrays, **prefixed("state/", moment.state))  # type: ignore[arg-type]


def load(folder: Path, key: str) -> Generator[None, None, list[Moment]]:
    """What was stored of the run of this key, file by file; what cannot be read is left out."""
    moments = []
    for path in folder.glob(f"{key}-*.npz") if key else ():
        try:
            arrays = read_npz(path, "replay", CheckpointError)
            moments.append(Moment(int(arrays["step"]), float(arrays["epoch"]), 0, below("state/", arrays)))
        except (CheckpointError, KeyError, TypeError, ValueError):
            continue
        yield
    return moments


def _within_budget(recorder: Recorder) -> list[Moment]:
    every = 1
    while recorder.bytes / every > BUDGET:
        every *= 2
    return list(recorder)[::every]
