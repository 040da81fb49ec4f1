"""A test sample of every class, to put on the pad."""

from __future__ import annotations

from typing import Any

import numpy as np

from web.components.note import Note
from web.components.tiles import Tiles
from web.components.toolbar import Toolbar, button
from web.insight.pictures import ink
from web.session import Session
from web.views.layout import column
from web.views.view import View
from web.words import _

SHOWN = 10  # at most


class SamplesView(View):
    """One image of each class; others on demand."""

    topics = ("data",)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._round = 0
        self._picks: list[int] = []
        self._title = Note(sizing_mode="stretch_width")
        self._tiles = Tiles(
            label=_("Test images to try"), pickable=True, size=28, sizing_mode="stretch_width"
        )
        self._tiles.on_pick(self._pick)
        bar = Toolbar(
            {"others": lambda _: self._turn()}, [button("others", _("Others"))], label=_("More to try")
        )
        self._layout = column(self._title, self._tiles, bar)

    def refresh(self) -> None:
        data = self.session.training.test_data
        self._layout.visible = data.has_images and len(data) > 0
        if not self._layout.visible:
            return
        self._title.title = _("Or try a test {noun}", noun=_(data.noun))
        found = (np.flatnonzero(data.labels == label) for label in range(min(SHOWN, data.num_classes)))
        self._picks = [int(of_class[self._round % len(of_class)]) for of_class in found if len(of_class)]
        names = [data.class_names[data.labels[index]] for index in self._picks]
        self._tiles.set(
            ink(data.images[self._picks], data.max_value),
            [],
            [_("{name}: put it on the pad", name=name) for name in names],
        )

    def _turn(self) -> None:
        self._round += 1
        self.refresh()

    def _pick(self, place: int) -> None:
        self.session.show_image(self.session.training.test_data.images[self._picks[place]])

    def __panel__(self) -> Any:
        return self._layout
