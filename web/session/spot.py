"""The place in the plane that the network is asked about: what a drawing is where the data are points."""

from __future__ import annotations

import numpy as np

from nncore.ops import Array
from web.session.hub import Hub
from web.session.replay import Replay
from web.session.training import Training


class Spot:
    """Emits "drawing" when another place is chosen, "prediction" when the answer may be another one."""

    def __init__(self, hub: Hub, training: Training, replay: Replay) -> None:
        self._hub = hub
        self._training = training
        self._replay = replay
        self._chosen: Array | None = None
        for topic in ("progress", "weights"):
            hub.subscribe(topic, self._learnt)

    @property
    def place(self) -> Array:
        """Where it is, (2,); the first point to learn from until a place was chosen."""
        return self._training.train_data.samples[0] if self._chosen is None else self._chosen

    @property
    def answer(self) -> Array | None:
        """What the network on show says of it: probabilities (classes,).

        None where the data are no points, or its numbers grew beyond all bounds.
        """
        if not self._training.train_data.is_planar:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            answer = self._replay.probabilities(self.place[None])[0]
        return answer if np.isfinite(answer).all() else None

    def put(self, x: float, y: float) -> None:
        """Choose a place."""
        self._chosen = np.array([x, y], np.float32)
        self._hub.emit("drawing", "prediction")

    def _learnt(self) -> None:
        if self._training.train_data.is_planar:
            self._hub.emit("prediction")
