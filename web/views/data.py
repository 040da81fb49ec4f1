"""What the network learns from."""

from __future__ import annotations

import numpy as np
import panel as pn

from nncore.data import Dataset
from web.components.note import Note
from web.components.tiles import Tiles
from web.insight.outline import times
from web.insight.pictures import ink
from web.session import Session
from web.views.view import View
from web.words import _

PER_CLASS = 4

OWN = _("Data of your own, opened from files; they stay in this tab.")
OPEN = _(
    "To use data of your own, choose them under Files, or drop them on the page: one .npz with images "
    "(n, height, width) and labels (n), or MNIST-like IDX files, images and labels together."
)


class DataView(View):
    """How many images there are, what they look like; a press puts one on the pad."""

    topics = ("data",)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._about = Note(sizing_mode="stretch_width")
        self._tiles = Tiles(label=_("Samples of the test data"), pickable=True, sizing_mode="stretch_width")
        self._tiles.on_pick(self._pick)
        self._picks: list[int] = []
        self._layout = pn.Column(
            self._about,
            self._tiles,
            Note(text=OPEN, quiet=True, sizing_mode="stretch_width"),
            sizing_mode="stretch_width",
        )

    def refresh(self) -> None:
        train, test = self.session.training.train_data, self.session.training.test_data
        kind = _("{size} pixels, {n} classes") if train.has_images else _("{size} features, {n} classes")
        self._about.text = _(
            "{about} {train:,} {noun}s to learn from, {test:,} to test with; {kind}.",
            about=_(train.about) or OWN,
            train=len(train),
            noun=_(train.noun),
            test=len(test),
            kind=kind.format(size=times(train.sample_shape), n=train.num_classes),
        )
        self._tiles.visible = test.has_images
        if not test.has_images:
            return
        self._about.text += _(" Press one to put it on the pad.")
        self._picks = samples(test)
        labels = [test.class_names[label] for label in test.labels[self._picks]]
        names = [_("{label}, from the test data: put it on the pad", label=label) for label in labels]
        self._tiles.set(ink(test.images[self._picks], test.max_value), labels, names)

    def _pick(self, index: int) -> None:
        self.session.show_image(self.session.training.test_data.images[self._picks[index]])

    def __panel__(self) -> pn.Column:
        return self._layout


def samples(data: Dataset) -> list[int]:
    """Indices of the first few images of every class, class by class."""
    return [
        int(i) for label in range(data.num_classes) for i in np.flatnonzero(data.labels == label)[:PER_CLASS]
    ]
