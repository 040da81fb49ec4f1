"""What the visitor expects of a run, said before it begins, where a lesson asks for that."""

from __future__ import annotations

from web.session.hub import Hub
from web.session.training import Training


class Guess:
    """One expected test accuracy for each run; emits "state" when it is wanted, or given.

    Attributes
    ----------
    wanted : whether a lesson asks for it.
    value : the accuracy that is expected of the present run, 0..1; None as long as nothing was said.
    """

    def __init__(self, hub: Hub, training: Training) -> None:
        self._hub = hub
        self._training = training
        self.wanted = False
        self.value: float | None = None
        hub.subscribe("model", self._forget)

    @property
    def open(self) -> bool:
        """Whether training waits for it: a run that has begun is not held up any more."""
        return self.wanted and self.value is None and self._training.status.global_step == 0

    def want(self, wanted: bool) -> None:
        """Ask for an expectation before each run, or do not."""
        self.wanted = wanted
        self._hub.emit("state")

    def say(self, accuracy: float) -> None:
        """Expect this test accuracy, 0..1, of the present run.

        Raises
        ------
        ValueError
            it is no share.
        """
        if not 0 <= accuracy <= 1:
            raise ValueError(f"a test accuracy lies between 0 and 100%, not at {accuracy:.0%}")
        self.value = accuracy
        self._hub.emit("state")

    def _forget(self) -> None:
        self.value = None
