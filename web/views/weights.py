"""The first layer's weights, as they come about."""

from __future__ import annotations

from typing import Any

from web.components.note import Note
from web.components.tiles import Tiles
from web.components.toolbar import Toolbar, button
from web.insight.pictures import diverging, spread
from web.insight.weights import first_layer
from web.session import Session
from web.views.layout import column
from web.views.paced import PacedView
from web.words import _, pgettext

SHOWN = 40  # units at a time
MOST = 0.995  # share of the weights within the scale: the few largest would leave the others no contrast
NEURONS = _(
    "Each picture holds the weights from all pixels to one neuron. Where it is light, ink excites the "
    "neuron, where it is dark, ink calms it. Before training there is only noise."
)
KERNELS = _(
    "Each picture is a kernel: it is laid over every place of the image. Light weights look for ink, dark "
    "ones for paper; together they find edges and strokes of one direction."
)
NO_UNITS = _("No layer of this network has weights to each of its units: there is nothing to be shown here.")
NO_PICTURES = _("The data are points, not pictures: see under Regions what each unit makes of the plane.")


class WeightsView(PacedView):
    """Pictures of the weights, redrawn while the network trains."""

    topics = ("weights", "model")
    interval = 0.45

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._first = 0
        self._about = Note(title=_("What the first layer looks for"), sizing_mode="stretch_width")
        self._bar = Toolbar(
            {"back": lambda _: self._turn(-SHOWN), "on": lambda _: self._turn(SHOWN)},
            label=_("Neurons shown"),
            sizing_mode="stretch_width",
        )
        self._tiles = Tiles(
            label=_("Weights of the first layer"), scale="diverging", sizing_mode="stretch_width"
        )
        self._layout = column(self._about, self._bar, self._tiles)

    def _turn(self, by: int) -> None:
        self._first += by
        self.refresh()

    def refresh(self) -> None:
        self._tiles.visible = self._bar.visible = self.session.training.train_data.has_images
        if not self.session.training.train_data.has_images:
            self._about.text = NO_PICTURES
            return
        found = first_layer(self.session.replay.model, self.session.training.test_data.image_shape)
        if found is None:
            self._tiles.visible = self._bar.visible = False
            self._about.text = NO_UNITS
            return
        pictures, kernels = found
        count = len(pictures)
        if self._first >= count:
            self._first = 0
        shown = pictures[self._first : self._first + SHOWN]
        last = self._first + len(shown) - 1
        self._about.text = KERNELS if kernels else NEURONS
        self._bar.visible = count > SHOWN
        self._bar.set(
            button("back", _("Previous"), disabled=self._first == 0),
            button("on", pgettext("units", "Next"), disabled=last == count - 1),
        )
        status = (
            _("kernels {first} to {last} of {count:,}")
            if kernels
            else _("neurons {first} to {last} of {count:,}")
        )
        self._bar.status = status.format(first=self._first, last=last, count=count)
        limit = spread(shown, MOST)
        self._tiles.param.update(ends=[f"≤ −{limit:.2g}", f"≥ +{limit:.2g}"], size=40 if kernels else 56)
        numbers = range(self._first, last + 1)
        name = _("Weights of kernel {number}") if kernels else _("Weights of neuron {number}")
        self._tiles.set(diverging(shown, limit), [], [name.format(number=number) for number in numbers])

    def __panel__(self) -> Any:
        return self._layout
