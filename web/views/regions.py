"""Decision regions: what the network and each of its units make of the whole plane."""

from __future__ import annotations

from typing import Any

import numpy as np

from nncore.data import Dataset
from web.components.note import Note
from web.components.tiles import Tiles
from web.insight.pictures import ZERO, Pixels, diverging
from web.insight.regions import reach_of, regions
from web.session import Session
from web.views.layout import column, wrapping
from web.views.paced import PacedView
from web.words import _

ABOUT = _(
    "On the left the answer, all over the plane: light for {light}, dark for {dark}; the points are those "
    "the network was not taught. On the right what each hidden unit puts out there. Units draw lines, the "
    "next layer bends and joins them. Too few units cannot follow the border, many follow the noise."
)
OTHER = _(
    "For data of two features in two classes, such as the circles, spirals, quarters and clouds among the "
    "data sets: there the whole plane can be shown. The present data have more: no picture shows it all."
)
FINE, COARSE = 60, 24  # points a side of the answer's picture, and of a unit's
ZOOM = 3  # pixels of a point of the answer's picture, so that the samples fit in
SHOWN = 64  # units of a layer at most


class RegionsView(PacedView):
    """The regions, redrawn while the network trains."""

    topics = ("weights", "model", "replay", "data")
    interval = 0.25

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._about = Note(title=_("Decision regions"), sizing_mode="stretch_width")
        self._answer = Tiles(label=_("The answer over the plane"), titled=True, scale="diverging", size=300)
        self._layers = column()
        self._pictures = wrapping(self._answer, self._layers)
        self._layout = column(self._about, self._pictures)

    def refresh(self) -> None:
        training = self.session.training
        data = training.train_data
        self._pictures.visible = planar = data.is_planar
        if not planar:
            self._about.text = OTHER
            return
        light, dark = data.class_names
        self._about.text = ABOUT.format(light=light, dark=dark)
        model, criterion = self.session.replay.model, training.trainer.criterion
        reach = reach_of(data.samples)
        fine, coarse = (regions(model, criterion, side, reach) for side in (FINE, COARSE))
        answer = diverging(2 * fine.classes[0] - 1, 1.0).repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
        words = _("Where the network says {light}, and where {dark}", light=light, dark=dark)
        self._answer.set(_with_samples(answer, training.test_data, reach)[None], [], [words])
        if len(self._layers) != len(coarse.layers):
            self._layers.objects = [
                Tiles(
                    label=_("Hidden layer {number}", number=number),
                    titled=True,
                    scale="diverging",
                    size=COARSE * 2,
                )
                for number in range(1, len(coarse.layers) + 1)
            ]
        for number, (tiles, units) in enumerate(zip(self._layers, coarse.layers, strict=True), 1):
            names = [
                _("Unit {unit} of hidden layer {number}", unit=unit, number=number)
                for unit in range(min(SHOWN, len(units)))
            ]
            tiles.set(diverging(units[:SHOWN]), [], names)

    def __panel__(self) -> Any:
        return self._layout


def _with_samples(picture: Pixels, data: Dataset, reach: float) -> Pixels:
    """The picture of the plane with a rimmed dot for each sample of classes 0 and 1."""
    side = len(picture)
    places = np.rint((data.samples[:, ::-1] * (-1, 1) / reach + 1) / 2 * (side - 1)).astype(
        int
    )  # row, column
    picture = picture.copy()
    for width, levels in ((2, np.full(len(data), ZERO)), (1, np.where(data.labels == 0, 255, 1))):
        for (row, column_), level in zip(places, levels, strict=True):
            if width <= row < side - width and width <= column_ < side - width:
                picture[row - width : row + width + 1, column_ - width : column_ + width + 1] = level
    return picture
