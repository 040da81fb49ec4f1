"""The whole test set through the network, in slices, and whether that is still true of it."""

from __future__ import annotations

import copy
from collections.abc import Generator

import numpy as np

from nncore.data import Dataset
from nncore.evaluate import Evaluation, evaluate
from nncore.losses import Loss
from nncore.module import Module
from web.session.experiment import Evaluated
from web.session.hub import Hub
from web.session.jobs import Jobs
from web.session.replay import Replay
from web.session.training import Training

SLICE = 100  # images between two places to rest
JOB = "evaluation"


class Analysis:
    """What the network makes of the test set; emits "analysis" when it has been asked.

    Every epoch's own test is an analysis too.
    """

    def __init__(self, hub: Hub, training: Training, replay: Replay, jobs: Jobs) -> None:
        self._hub = hub
        self._training = training
        self._replay = replay
        self._jobs = jobs
        hub.subscribe("model", lambda: jobs.cancel(JOB))

    @property
    def found(self) -> Evaluated | None:
        """The latest; None before the first, and where there are no test images.

        In a replay: the latest of a past network.
        """
        return self._replay.evaluated if self._replay.moment else self._training.experiment.evaluated

    @property
    def possible(self) -> bool:
        """Whether there is a test image to be asked about."""
        return len(self._training.test_data) > 0

    @property
    def fresh(self) -> bool:
        """Whether `found` tells of the network as it is now."""
        return self.found is not None and self.found.version == self._replay.version

    def ask(self) -> None:
        """Ask the network on show, as it is now, about every test image.

        Nothing happens while an earlier analysis is under way, or where there are no test images.
        """
        if self._jobs.running(JOB) or not self.possible:
            return
        experiment, replay = self._training.experiment, self._replay
        version, step, past = replay.version, replay.step, replay.moment is not None
        frozen = copy.deepcopy(replay.model)  # training may go on meanwhile
        work = evaluate_in_slices(frozen, experiment.trainer.criterion, self._training.test_data)

        def done(evaluation: Evaluation) -> None:
            found = Evaluated(evaluation, version, step)
            if past:
                replay.evaluated = found
            elif experiment.evaluated is None or version >= experiment.evaluated.version:
                experiment.evaluated = found
            self._hub.emit("analysis")

        self._jobs.start(JOB, work, done)


def evaluate_in_slices(model: Module, criterion: Loss, data: Dataset) -> Generator[float, None, Evaluation]:
    """As `nncore.evaluate.evaluate`, as a job; yields the share that is done."""
    parts = []
    for start in range(0, len(data), SLICE):
        parts.append(evaluate(model, criterion, data[start : start + SLICE], SLICE))
        yield min(1.0, (start + SLICE) / len(data))
    weights = np.array([len(part.probabilities) for part in parts]) / len(data)
    return Evaluation(
        float(weights @ [part.loss for part in parts]),
        float(weights @ [part.accuracy for part in parts]),
        np.concatenate([part.probabilities for part in parts]),
        np.sum([part.confusion for part in parts], axis=0),
    )
