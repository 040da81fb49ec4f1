"""A whole session in one file: the run to the bit, its curves, the kept runs, the drawings."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nncore import checkpoint
from nncore.arrays import below, prefixed
from nncore.checkpoint import Checkpoint
from nncore.data.idx import MAX_CLASSES, MAX_SIDE
from nncore.errors import CheckpointError
from nncore.npz import read_npz
from web.session.experiment import Past
from web.session.history import History
from web.session.run_file import runs_arrays, runs_from
from web.session.runs import Run
from web.session.session import Session
from web.words import _

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
        "replay": np.array(session.training.experiment.recorder.key),
        **runs_arrays(session.runs),
        **prefixed("history/", session.training.history.state_dict()),
        **prefixed("hand/", session.hand.state_dict()),
    }
    if (ink := session.pad.ink) is not None:
        arrays["ink"] = ink.astype(np.float32)
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def load(content: bytes) -> Snapshot:
    """What `save` wrote. Raises CheckpointError if it is damaged or of another version."""
    arrays = read_npz(content, "session", CheckpointError)
    try:
        if int(arrays["version"]) != VERSION:
            raise CheckpointError(
                _(
                    "session: got version {got}, expected {version}",
                    got=arrays["version"],
                    version=VERSION,
                )
            )
        history = History.from_state_dict(below("history/", arrays))
        return Snapshot(
            checkpoint.load(arrays["checkpoint"].tobytes()),
            Past(
                history,
                float(arrays["seconds"]),
                int(arrays["kept_as"]) or None,
                str(arrays.get("replay", "")),  # the moments themselves are kept apart: they are many
            ),
            runs_from(arrays),
            _drawings(below("hand/", arrays)),
            _picture(arrays["ink"], "f") if "ink" in arrays else None,
        )
    except CheckpointError:
        raise
    except Exception as error:  # whatever is wrong with it, the page shall start without it
        raise CheckpointError(_("session: damaged or incomplete ({error})", error=error)) from None


def restore(session: Session, snapshot: Snapshot, *, runs_only: bool = False) -> None:
    """Bring a fresh session to where the saved one stood; or take over its kept runs alone."""
    for run in snapshot.runs:
        session.runs.put(run)
    session.hand.load_state_dict(snapshot.hand)
    if snapshot.ink is not None:
        session.pad.show(snapshot.ink)
    if not runs_only:
        kept = next((run for run in snapshot.runs if run.id == snapshot.past.kept_as), None)
        # A kept run that is also the present one has one history, as it had when it was saved.
        past = snapshot.past._replace(history=kept.history) if kept else snapshot.past._replace(kept_as=None)
        session.open(snapshot.checkpoint, past, trusted=True)


def _drawings(hand: Arrays) -> Arrays:
    """The visitor's drawings, if each is one, with a label that is a class."""
    labels = hand["labels"]
    if (
        labels.ndim != 1
        or labels.dtype.kind not in "iu"
        or not ((labels >= 0) & (labels < MAX_CLASSES)).all()
    ):
        raise ValueError(f"got labels of shape {labels.shape} and dtype {labels.dtype} for the drawings")
    return {"labels": labels} | {str(i): _picture(hand[str(i)], "u") for i in range(len(labels))}


def _picture(array: npt.NDArray[Any], kind: str) -> npt.NDArray[Any]:
    if array.ndim != 2 or array.dtype.kind != kind or not 0 < array.size <= MAX_SIDE**2:
        raise ValueError(f"got a drawing of shape {array.shape} and dtype {array.dtype}")
    if not np.isfinite(array).all():
        raise ValueError("got a drawing with numbers that are not finite")
    return array
