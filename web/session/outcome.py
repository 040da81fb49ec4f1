"""What came of a finished run, beside what the network could do before it."""

from __future__ import annotations

from typing import NamedTuple

from nncore import custom
from web.session.analysis import evaluate_in_slices
from web.session.hub import Hub
from web.session.jobs import Jobs
from web.session.training import Training

JOB = "beginning"


class Result(NamedTuple):
    """Test accuracies, 0..1.

    Attributes
    ----------
    accuracy : of the network at the end of its run.
    best : the best after any epoch.
    best_epoch : which that was.
    before : of the network with the weights it began with; None while it is being measured, and if they came
        from a file.
    complete : whether all that can be known is.
    images : how many test images there are.
    """

    accuracy: float
    best: float
    best_epoch: int
    before: float | None
    complete: bool
    images: int


class Outcome:
    """The result of the present run once it is finished; emits "progress" when the comparison is there."""

    def __init__(self, hub: Hub, training: Training, jobs: Jobs) -> None:
        self._hub = hub
        self._training = training
        self._jobs = jobs
        self._before: float | None = None
        hub.subscribe("model", self._forget)
        hub.subscribe("state", self._measure)

    @property
    def result(self) -> Result | None:
        """None before the end, and where there are no test images."""
        training = self._training
        tests = training.history.tests
        if training.state != "finished" or not tests:
            return None
        best = max(tests, key=lambda point: point.accuracy)
        images = len(training.test_data)
        complete = self._before is not None or not training.experiment.from_seed
        return Result(tests[-1].accuracy, best.accuracy, round(best.epoch), self._before, complete, images)

    def _forget(self) -> None:
        self._before = None
        self._jobs.cancel(JOB)

    def _measure(self) -> None:
        """Ask the network as it was in the beginning, which its seed makes again, about the test set."""
        training = self._training
        result = self.result
        if result is None or result.complete or self._jobs.running(JOB):
            return
        data, program = training.train_data, training.experiment.program
        model = custom.build_model(training.recipe, program, data.sample_shape, data.num_classes)
        work = evaluate_in_slices(model, training.trainer.criterion, training.test_data)
        self._jobs.start(JOB, work, lambda found: self._measured(found.accuracy))

    def _measured(self, accuracy: float) -> None:
        self._before = accuracy
        self._hub.emit("progress")
