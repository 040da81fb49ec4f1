"""Whether a run gets anywhere, and where it last stood on sound numbers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from nncore.arrays import below
from nncore.checkpoint import Checkpoint
from nncore.diagnosis import diagnose, learns
from web.session.history import History

if TYPE_CHECKING:
    from web.session.experiment import Experiment

PATIENCE = 60  # steps, or the end of training, before a run is called one that learns nothing
LOOKED_AT = 256  # training images
PAUSE = 1.0  # seconds at least from one kept state to the next: a copy takes milliseconds
LARGEST = 1 << 28  # bytes; a larger state is not kept beside the one in use


class Sound(NamedTuple):
    """A run as it stood at the end of an epoch, all its numbers finite."""

    saved: Checkpoint
    history: dict[str, npt.NDArray[np.float64]]
    seconds: float


class Health:
    """Looks at a run after every epoch.

    Attributes
    ----------
    complaint : what is the matter with a run that learns nothing and what to try; None if it learns.
    sound : the last state that was kept.
    """

    def __init__(self) -> None:
        self.complaint: str | None = None
        self.sound: Sound | None = None
        self._kept_at = 0.0

    def epoch_ended(self, run: Experiment) -> None:
        """Look at the run; its loss is finite, else it would have ended."""
        self.complaint = self._look(run)
        if time.monotonic() - self._kept_at > PAUSE:
            self._keep(run)
            self._kept_at = time.monotonic()

    def _look(self, run: Experiment) -> str | None:
        progress, data = run.trainer.progress, run.trainer.loader.dataset
        if progress.global_step < PATIENCE and progress.phase != "last":
            return None
        first = run.history.columns()["loss"][:5]
        if not len(first):
            return None  # a network from a file, which came without its curves
        loss, accuracy = run.history.smooth
        if learns(first, loss, accuracy, data.labels):
            return None
        x, y = data.inputs(slice(0, LOOKED_AT)), data.labels[:LOOKED_AT]
        return str(diagnose(run.recipe, run.model, run.trainer.criterion, x, y))

    def _keep(self, run: Experiment) -> None:
        state, data = run.trainer.state_dict(), run.trainer.loader.dataset
        if sum(array.nbytes for array in state.values()) > LARGEST:
            return
        rest = {name: array for name, array in state.items() if not name.startswith("model.")}
        saved = Checkpoint(
            run.recipe, data.sample_shape, data.num_classes, below("model.", state), trainer_state=rest
        )
        self.sound = Sound(saved, run.history.state_dict(), run.meter.seconds)

    def history(self) -> History:
        """The curves up to the kept state."""
        assert self.sound is not None
        return History.from_state_dict(self.sound.history)
