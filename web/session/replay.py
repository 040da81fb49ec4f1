"""The network on show: as it is now, or as it was at an earlier moment of its run."""

from __future__ import annotations

import copy

from nncore.evaluate import predict
from nncore.module import Sequential
from nncore.ops import Array
from web.session.experiment import Evaluated, Experiment
from web.session.hub import Hub
from web.session.recorder import Moment
from web.session.training import Training


class Replay:
    """Lets everything that is derived from the network be derived from a past one; emits "replay".

    Views of the network read it here, not in the training, whose own network is never touched.

    Attributes
    ----------
    evaluated : the test set as a past network sees it, the latest that was asked for.
    """

    def __init__(self, hub: Hub, training: Training) -> None:
        self._hub = hub
        self._training = training
        self._moment: Moment | None = None  # kept, whatever the recorder gives up meanwhile
        self._past: Sequential | None = None
        self._past_of: Experiment | None = None
        self.evaluated: Evaluated | None = None
        hub.subscribe("model", self.end)
        hub.subscribe("state", self._training_began)

    # -- to read -----------------------------------------------------------------------------------------

    @property
    def moment(self) -> Moment | None:
        """The moment on show; None for the present."""
        return self._moment

    @property
    def length(self) -> int:
        """How many moments of the present run there are to look back to."""
        return len(self._training.experiment.recorder)

    @property
    def position(self) -> int:
        """The number of the moment on show; `length` for the present."""
        if self._moment is None:
            return self.length
        # The recorder may have given up every second moment since.
        steps = [moment.step for moment in self._training.experiment.recorder]
        return max((i for i, step in enumerate(steps) if step <= self._moment.step), default=0)

    @property
    def model(self) -> Sequential:
        """The network on show, for reading."""
        return self._training.model if self._moment is None or self._past is None else self._past

    @property
    def version(self) -> int:
        """Of its weights; see `Experiment`."""
        return self._training.version if self._moment is None else self._moment.version

    @property
    def step(self) -> int:
        """Training steps up to it."""
        return self._training.status.global_step if self._moment is None else self._moment.step

    @property
    def epoch(self) -> float:
        """Epochs up to it, fractional."""
        return self._training.experiment.epochs_behind if self._moment is None else self._moment.epoch

    @property
    def changes(self) -> bool:
        """Whether the network on show is learning."""
        return self._moment is None and self._training.state == "running"

    def probabilities(self, x: Array) -> Array:
        """What it answers to inputs x `(n, ...)`: `(n, classes)`."""
        with self._training.experiment.program.guard():
            return predict(self.model, self._training.trainer.criterion, x)

    # -- commands ----------------------------------------------------------------------------------------

    def show(self, position: int) -> None:
        """Put moment `position` on show, counted from 0; the present if it is the last or beyond."""
        recorder = self._training.experiment.recorder
        if position >= len(recorder):
            self.end()
            return
        moment = recorder[max(0, position)]
        if moment is self._moment:
            return
        if self._past is None or self._past_of is not self._training.experiment:
            self._past, self._past_of = copy.deepcopy(self._training.model), self._training.experiment
        self._past.load_state_dict(moment.state)
        self._moment = moment
        self._changed()

    def end(self) -> None:
        """Put the present on show."""
        if self._moment is not None:
            self._moment = self._past = self._past_of = self.evaluated = None
            self._changed()

    def _training_began(self) -> None:
        if self._training.state == "running":
            self.end()

    def _changed(self) -> None:
        self._hub.emit("replay", "weights", "analysis")
