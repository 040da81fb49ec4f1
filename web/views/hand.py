"""Your own handwriting: collect drawings, teach the network with them, see what it gained and lost."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np

from nncore.module import Module
from web.components.note import Note
from web.components.table import Table
from web.components.tiles import Tiles
from web.components.toolbar import Toolbar, button
from web.insight.nouns import class_name, draw_first
from web.insight.pictures import thumbnail
from web.insight.teach import Score, Taught, teach
from web.session import Session
from web.session.hand import KEPT_BACK
from web.session.hub import Topic
from web.views.layout import column
from web.views.view import View
from web.words import _, ngettext

ABOUT = _(
    "Does your network misread what you draw? Say below what it is, and go on until you "
    "have a few of each kind that goes wrong. Every {every}th is kept back: it is not "
    "taught, but shows whether teaching helps with drawings the network has not seen. "
    "Then teach: yours are mixed with old ones, lest it forget those.",
    every=KEPT_BACK,
)
EMPTY = _("Draw {noun} first.")


class HandView(View):
    """Label drawings, teach them, and keep the result or not."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._pupil: Module | None = None  # the network that was taught, or is being taught
        self._taught: Taught | None = None
        self._labels = Toolbar(
            {"label": self._collect}, label=_("What the drawing is"), sizing_mode="stretch_width"
        )
        self._tiles = Tiles(label=_("Your drawings"), pickable=True, size=44, sizing_mode="stretch_width")
        self._tiles.on_pick(session.hand.delete)
        self._bar = Toolbar(
            {
                "teach": lambda _: self._teach(),
                "keep": lambda _: self._keep(),
                "discard": lambda command: self._forget(_("The network stays as it was.")),
                "clear": lambda _: session.hand.clear(),
            },
            label=_("Teaching"),
            sizing_mode="stretch_width",
        )
        self._effect = Table([_("Read rightly")], [_("Before"), _("After"), _("Of")])
        self._layout = column(
            Note(title=_("Teach it your hand"), text=ABOUT, sizing_mode="stretch_width"),
            self._labels,
            self._tiles,
            self._bar,
            self._effect,
        )

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {
            "drawing": self._show_labels,
            "hand": self._show_drawings,
            "model": self.refresh,
            "state": self._show_commands,
        }

    def refresh(self) -> None:
        if self._pupil is not self.session.training.model:
            self._forget("")
        self._show_labels()
        self._show_drawings()
        self._show_commands()

    def _show_labels(self) -> None:
        empty = self.session.drawing is None
        data = self.session.training.train_data
        self._labels.set(
            *(
                button("label", name, _("Collect it as {name}", name=name), value=label, disabled=empty)
                for label, name in enumerate(data.class_names)
            )
        )
        self._labels.status = draw_first(EMPTY, data) if empty else _("Press what the drawing is.")

    def _show_drawings(self) -> None:
        drawings, kept_back = list(self.session.hand), self.session.hand.kept_back
        pixels = np.array([thumbnail(ink) for ink, _ in drawings], np.uint8).reshape(-1, 28, 28)
        data = self.session.training.train_data
        names = [class_name(data, label) for _, label in drawings]
        captions = [
            _("{name} kept back", name=name) if kept else name
            for name, kept in zip(names, kept_back, strict=True)
        ]
        self._tiles.set(pixels, captions, [_("Your {name}: press to delete it", name=name) for name in names])
        count = len(drawings)
        self._bar.status = (
            ngettext("{n} drawing; press one to delete it", "{n} drawings; press one to delete it", count)
            if count
            else ""
        )
        self._show_commands()

    def _show_commands(self) -> None:
        untrained = self.session.training.status.global_step == 0
        count = len(self.session.hand)
        teaching = self.session.jobs.running("teach")
        images = self.session.training.train_data.has_images
        if self._taught is None:
            items = [
                button("teach", _("Teach"), _("Fine-tune a copy of your network, then compare"),
                       primary=True, disabled=untrained or teaching or not count or not images),
                button("clear", _("Delete all"), disabled=teaching or not count),
            ]  # fmt: skip
        else:
            items = [
                button("keep", _("Keep the taught network"), _("Training goes on from it"), primary=True),
                button("discard", _("Discard")),
            ]
        self._bar.set(*items)
        if untrained:
            self._bar.status = _("Train your network first: as yet there is nothing that it could forget.")

    def _collect(self, label: int) -> None:
        drawing = self.session.drawing
        if drawing is not None:
            self.session.hand.add(drawing, int(label))
            self.session.pad.clear()

    def _teach(self) -> None:
        self._pupil = self.session.training.model
        self.session.jobs.start("teach", self._work(), self._show_effect, self._report)
        self._show_commands()

    def _work(self) -> Generator[float, None, Taught]:
        session = self.session
        old, test = session.training.train_data, session.training.test_data
        new, kept_back = yield from session.hand.datasets(old)
        return (
            yield from teach(
                session.training.model, session.training.trainer.criterion, new, kept_back, old, test
            )
        )

    def _report(self, share: float) -> None:
        status = _("Teaching … {share:.0%}", share=share)
        if self._bar.status != status:
            self._bar.status = status

    def _show_effect(self, taught: Taught) -> None:
        if self._pupil is not self.session.training.model:
            return
        self._taught = taught
        self._effect.set([
            _row(_("Your drawings"), taught.taught),
            _row(_("Your drawings, kept back"), taught.kept_back),
            _row(_("Old test {noun}s", noun=_(self.session.training.test_data.noun)), taught.old),
        ])  # fmt: skip
        self._bar.status = _("A copy was taught. Keep it?")
        self._show_commands()

    def _keep(self) -> None:
        if self._taught is not None and self._pupil is self.session.training.model:
            self.session.training.model.load_state_dict(self._taught.state)
            self.session.training.weights_changed()
            self._forget(_("The network has learnt your hand."))

    def _forget(self, status: str) -> None:
        self._taught = self._pupil = None
        self.session.jobs.cancel("teach")
        self._effect.set([])
        self._bar.status = status
        self._show_commands()

    def __panel__(self) -> Any:
        return self._layout


def _row(words: str, score: Score) -> list[str]:
    if not score.images:
        return [words, "–", "–", "0"]
    return [words, f"{score.before:.1%}", f"{score.after:.1%}", f"{score.images:,}"]
