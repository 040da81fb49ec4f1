"""Points of the plane, what the network says all over it, and a place in it to ask about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nncore.data import Dataset
from web.browser import bridge
from web.components.plane import Plane
from web.insight.pictures import ink
from web.insight.regions import reach_of, regions
from web.session import Session
from web.session.hub import Topic
from web.views.paced import PacedView
from web.words import _

CARD, PAD = "plane", "pad"  # one stands in the place of the other
ABOUT = _(
    "Colour: what your network says there. Filled points are learnt from, rings test it. Press anywhere, or "
    "use the arrow keys, to ask about a place."
)
SIDE = 60  # places along each axis where the network is asked


class PlaneView(PacedView):
    """In the pad's place as long as the data are points of the plane."""

    topics = ("weights", "replay")
    interval = 0.15

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._data: Dataset | None = None  # whose points are shown
        self._shown = False
        self._plane = Plane(session.spot.put, label=_("The plane"), words=ABOUT, sizing_mode="stretch_width")

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return super().listeners() | {"model": self.refresh, "drawing": self._show_spot}

    def refresh(self) -> None:
        training = self.session.training
        data = training.train_data
        if data.is_planar != self._shown:
            self._shown = data.is_planar
            bridge.show_card(PAD, not self._shown, reveal=False)
            bridge.show_card(CARD, self._shown, reveal=False)
        if not self._shown:
            return
        if data is not self._data:
            self._data = data
            self._show_samples(data, training.test_data)
            self._show_spot()
        model, criterion = self.session.replay.model, training.trainer.criterion
        found = regions(model, criterion, SIDE, reach_of(data.samples))
        self._plane.field = {"share": ink(np.nan_to_num(found.classes[0], nan=0.5), 1)}

    def _show_samples(self, *sets: Dataset) -> None:
        self._plane.param.update(
            reach=reach_of(sets[0].samples),
            samples={
                "points": np.concatenate([data.samples for data in sets]).astype(np.float32).ravel(),
                "labels": np.concatenate([data.labels for data in sets]).astype(np.uint8),
                "learnt": len(sets[0]),
            },
        )

    def _show_spot(self) -> None:
        if self._shown:
            self._plane.spot = self.session.spot.place.tolist()

    def __panel__(self) -> Any:
        return self._plane
