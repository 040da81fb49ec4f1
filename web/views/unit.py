"""One unit, looked at closely: what it looks for, which samples excite it most, its arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from web.browser import bridge
from web.components.tiles import Tiles
from web.components.toolbar import Toolbar, button
from web.insight.excite import Exciting, most_exciting
from web.insight.pictures import diverging, ink, spread
from web.insight.stages import Stage
from web.insight.units import is_conv, weight
from web.session import Session
from web.session.hub import Topic
from web.views.layout import column, wrapping
from web.views.neuron import NeuronView
from web.views.view import View
from web.words import _

CARD = "unit"
JOB = "exciting"
COUNT = 10  # samples
MAPS = 16  # kernels of one map at most


class UnitView(View):
    """Shown while a unit is looked at; the samples are found once, the arithmetic follows the drawing."""

    topics = ("weights", "replay")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._closed: Callable[[], object] = lambda: None
        self._stage: Stage | None = None
        self._unit = 0
        self._found: list[Exciting] = []
        self._bar = Toolbar(
            {"close": lambda _: self._closed(), "code": lambda _: self._read()},
            [button("close", _("Close")), button("code", _("Its layer's code"))],
            label=_("The unit"),
        )
        self._weights = Tiles(label=_("What it looks for"), titled=True, scale="diverging", size=84)
        self._exciting = Tiles(titled=True, pickable=True, size=56)
        self._exciting.on_pick(self._show_on_pad)
        self._neuron = NeuronView(session, chosen=True)
        self._layout = column(self._bar, wrapping(self._weights, self._exciting), self._neuron, gap=3)

    def on_close(self, closed: Callable[[], object]) -> None:
        """Call `closed()` when the visitor has seen enough."""
        self._closed = closed

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return super().listeners() | {"model": self._gone}

    def _gone(self) -> None:
        """The network is no more, and its unit with it."""
        self._closed()

    def show(self) -> None:
        """Listen, if there is a unit to be shown."""
        if self._stage is not None:
            super().show()

    def look_at(self, stage: Stage, unit: int) -> None:
        """Show `unit` of `stage`."""
        self._stage, self._unit = stage, unit
        bridge.show_card(CARD, True)
        self._neuron.look_at(stage.index, unit)
        self._neuron.show()
        self._exciting.visible = False
        self.show()
        training = self.session.training
        if not training.test_data.has_images:
            return
        work = most_exciting(self.session.replay.model, stage.output, unit, training.test_data, COUNT)
        self.session.jobs.start(JOB, work, self._show_exciting)

    def close(self) -> None:
        """Show nothing."""
        self.session.jobs.cancel(JOB)
        self._stage = None
        self._exciting.visible = False  # what is pressed of them from now on counts no more
        bridge.show_card(CARD, False)
        self._neuron.hide()
        self.hide()

    def refresh(self) -> None:
        if self._stage is None:
            return
        layer = self.session.replay.model[self._stage.index]
        is_map = is_conv(layer)
        status = _("Map {unit} of {units:,}") if is_map else _("Unit {unit} of {units:,}")
        self._bar.status = status.format(unit=self._unit, units=self._stage.units)
        pictures = self._pictures()
        self._weights.visible = bool(len(pictures))
        if len(pictures):
            name = _("Weights of map {unit}") if is_map else _("Weights of unit {unit}")
            names = [name.format(unit=self._unit)] * len(pictures)
            self._weights.set(diverging(pictures, spread(pictures)), [], names)

    def _read(self) -> None:
        if self._stage is not None:
            self.session.code.read(type(self.session.replay.model[self._stage.index]).__name__)

    def _pictures(self) -> Any:
        """(n, h, w): the weights from the image, or the kernels; none of a later layer's units."""
        assert self._stage is not None
        training = self.session.training
        weights = weight(self.session.replay.model[self._stage.index])
        if weights.ndim == 4:
            return weights[..., :MAPS, self._unit].transpose(2, 0, 1)
        if self._stage.first and training.train_data.has_images:
            return weights[:, self._unit].reshape(1, *training.train_data.image_shape)
        return np.zeros((0, 0, 0))

    def _show_exciting(self, found: list[Exciting]) -> None:
        data = self.session.training.test_data
        self._found = found = found if data.has_images else []
        if not found:
            return
        indices = [image.place for image in found]
        labels = [data.class_names[data.labels[index]] for index in indices]
        self._exciting.visible = bool(found)
        self._exciting.label = _("The test {noun}s that excite it most", noun=_(data.noun))
        self._exciting.set(
            ink(data.images[indices], data.max_value),
            [
                f"{label}: {image.output:+.2f}".replace("-", "−")
                for label, image in zip(labels, found, strict=True)
            ],
            [
                _("{label}, output {output:+.2f}. Put it on the pad", label=label, output=image.output)
                for label, image in zip(labels, found, strict=True)
            ],
        )

    def _show_on_pad(self, place: int) -> None:
        self.session.show_image(self.session.training.test_data.images[self._found[place].place])

    def __panel__(self) -> Any:
        return self._layout
