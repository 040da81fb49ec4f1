"""What the network takes for what: the confusion matrix, and the samples in a cell of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from web.components.matrix import MatrixTable
from web.components.note import Note
from web.components.tiles import Tiles
from web.components.toolbar import Toolbar, button
from web.insight.mistakes import Cell, Reading, matrix, readings
from web.insight.pictures import ink
from web.session import Session
from web.session.analysis import JOB
from web.session.hub import Topic
from web.views.layout import column, wrapping
from web.views.view import View
from web.words import _

SHOWN = 40  # samples at most
UNASKED = _("Asked about the test set after every epoch: train it, or press Look again to see it guess.")


class MistakesView(View):
    """The test set through the network after every epoch, and the samples that it misread."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._cell: Cell | None = None
        self._readings: list[Reading] = []
        self._bar = Toolbar(
            {"again": lambda _: session.analysis.ask(), "worst": lambda _: self._choose(None)},
            label=_("Mistakes"),
            sizing_mode="stretch_width",
        )
        self._matrix = MatrixTable(
            lambda label, taken_for: self._choose((label, taken_for)), styles={"max-width": "100%"}
        )
        self._words = Note(sizing_mode="stretch_width")
        self._tiles = Tiles(label=_("Samples"), pickable=True, sizing_mode="stretch_width")
        self._tiles.on_pick(self._show_on_pad)
        samples = column(self._words, self._tiles, styles={"flex": "1 1 280px", "gap": "var(--space-1)"})
        self._layout = column(self._bar, wrapping(self._matrix, samples), gap=3)

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {
            "analysis": self.refresh,
            "epoch": self._show,
            "model": self.refresh,
            "state": self._catch_up,
            "weights": self._catch_up,
        }

    def refresh(self) -> None:
        self._show()
        self._catch_up()

    def _catch_up(self) -> None:
        """Have the network asked if it never was, or is another by now and rests."""
        analysis = self.session.analysis
        if analysis.found is None and self.session.training.status.global_step == 0:
            return  # what a network guesses that has learnt nothing is asked for only
        if not (analysis.fresh or self.session.replay.changes):  # while it trains, every epoch's test tells
            analysis.ask()

    def _show(self) -> None:
        found = self.session.analysis.found
        self._show_state()
        self._matrix.visible = self._tiles.visible = self._words.visible = found is not None
        if found is None:
            return
        evaluation = found.evaluation
        if self._cell and max(self._cell) >= len(evaluation.confusion):
            self._cell = None  # other data, fewer classes
        data = self.session.training.test_data
        self._matrix.param.update(content=matrix(evaluation, data), pressed=list(self._cell or (-1, -1)))
        self._readings = readings(evaluation, data, self._cell, SHOWN)
        if not data.has_images:  # points are shown among all others, in the projection
            self._tiles.visible = self._words.visible = False
            return
        images = data.images[[reading.index for reading in self._readings]]
        self._tiles.set(
            ink(images, data.max_value),
            [reading.caption for reading in self._readings],
            [_("{name}. Put it on the pad", name=reading.name) for reading in self._readings],
        )
        self._words.param.update(**self._description(len(self._readings)))

    def _show_state(self) -> None:
        analysis = self.session.analysis
        self._bar.set(
            button("again", _("Look again"), _("Ask the network, as it is now, about the whole test set")),
            button(
                "worst",
                _("Most wrong"),
                _("Those whose right answer seemed least likely"),
                pressed=not self._cell,
            ),
        )
        if not analysis.possible:
            self._bar.status = _("These data hold no test images to be misread.")
            return
        if analysis.found is None:
            asked = self.session.jobs.running(JOB)
            self._bar.status = _("Asking the network about the test set …") if asked else UNASKED
            return
        evaluation = analysis.found.evaluation
        right = int(evaluation.confusion.trace())
        total = int(evaluation.confusion.sum())
        self._bar.status = _(
            "{accuracy:.2%} right, {wrong:,} of {total:,} wrong, after {step:,} steps",
            accuracy=evaluation.accuracy,
            wrong=total - right,
            total=total,
            step=analysis.found.step,
        )

    def _description(self, shown: int) -> dict[str, str]:
        if self._cell is None:
            text = _(
                "The right answer seemed least likely. Below: what it is → what was read, and how surely."
            )
            return {
                "title": _("Most wrong"),
                "text": text if shown else _("No mistake in the whole test set."),
            }
        names = self.session.training.test_data.class_names
        label, taken_for = (names[number] for number in self._cell)
        text = _("The surest first. Press one to put it on the pad.") if shown else _("None.")
        return {"title": _("{label} read as {taken_for}", label=label, taken_for=taken_for), "text": text}

    def _choose(self, cell: Cell | None) -> None:
        self._cell = None if cell == self._cell else cell
        self._show()

    def _show_on_pad(self, index: int) -> None:
        self.session.show_image(self.session.training.test_data.images[self._readings[index].index])

    def __panel__(self) -> Any:
        return self._layout
