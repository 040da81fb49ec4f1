"""A whole session in one file: the run to the bit, its curves, the kept runs, the drawings."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nncore import checkpoint
from nncore.arrays import below, prefixed
from nncore.checkpoint import Checkpoint
from nncore.errors import CheckpointError
from nncore.npz import read_npz
from nncore.recipe import Recipe
from web.session.experiment import Past
from web.session.history import History
from web.session.runs import Run
from web.session.session import Session

Arrays = dict[str, npt.NDArray[Any]]
VERSION = 3


@dataclass(frozen=True)
class Snapshot:
    """What a file holds."""

    checkpoint: Checkpoint
    past: Past
    runs: list[Run]
    hand: Arrays
    ink: npt.NDArray[np.float32] | None  # on the pad


def model_file(session: Session) -> bytes:
    """The present network and its run as an nncore checkpoint."""
    file = io.BytesIO()
    training = session.training
    data, program = training.train_data, training.experiment.program
    checkpoint.save(
        file,
        training.model,
        training.recipe,
        data.sample_shape,
        data.num_classes,
        trainer=training.trainer,
        code=program.text,
    )
    return file.getvalue()


def save(session: Session) -> bytes:
    """The session as the content of an .npz file, without pickle."""
    arrays: Arrays = {
        "version": np.array(VERSION),
        "checkpoint": np.frombuffer(model_file(session), np.uint8),
        "seconds": np.array(session.training.experiment.meter.seconds),
        "kept_as": np.array(session.training.experiment.kept_as or 0),
        "runs": np.array(json.dumps([_words(run) for run in session.runs])),
        **prefixed("history/", session.training.history.state_dict()),
        **prefixed("hand/", session.hand.state_dict()),
    }
    if (ink := session.pad.ink) is not None:
        arrays["ink"] = ink.astype(np.float32)
    for run in session.runs:
        arrays |= prefixed(f"run{run.id}/", run.history.state_dict())
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def load(content: bytes) -> Snapshot:
    """What `save` wrote. Raises CheckpointError if it is damaged or of another version."""
    arrays = read_npz(content, "session", CheckpointError)
    try:
        if int(arrays["version"]) != VERSION:
            raise CheckpointError(f"session: got version {arrays['version']}, expected {VERSION}")
        return Snapshot(
            checkpoint.load(arrays["checkpoint"].tobytes()),
            Past(_history(arrays, "history/"), float(arrays["seconds"]), int(arrays["kept_as"]) or None),
            [_run(words, arrays) for words in json.loads(str(arrays["runs"]))],
            below("hand/", arrays),
            arrays.get("ink"),
        )
    except CheckpointError:
        raise
    except Exception as error:  # whatever is wrong with it, the page shall start without it
        raise CheckpointError(f"session: damaged or incomplete ({error})") from None


def restore(session: Session, snapshot: Snapshot, *, runs_only: bool = False) -> None:
    """Bring a fresh session to where the saved one stood; or take over its kept runs alone."""
    for run in snapshot.runs:
        session.runs.put(run)
    session.hand.load_state_dict(snapshot.hand)
    if snapshot.ink is not None:
        session.pad.show(snapshot.ink)
    if not runs_only and snapshot.checkpoint.recipe.dataset in session.library.names:
        kept = next((run for run in snapshot.runs if run.id == snapshot.past.kept_as), None)
        # A kept run that is also the present one has one history, as it had when it was saved.
        past = snapshot.past._replace(history=kept.history) if kept else snapshot.past
        session.open(snapshot.checkpoint, past, trusted=True)


def _words(run: Run) -> dict[str, Any]:
    words = {name: getattr(run, name) for name in ("id", "name", "seconds", "ended", "visible")}
    return words | {"recipe": run.recipe.to_dict()}


def _run(words: dict[str, Any], arrays: Arrays) -> Run:
    recipe = Recipe.from_dict(words.pop("recipe"))
    return Run(**words, recipe=recipe, history=_history(arrays, f"run{words['id']}/"))


def _history(arrays: Arrays, prefix: str) -> History:
    return History.from_state_dict(below(prefix, arrays))
