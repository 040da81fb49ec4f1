"""What would fool the network, and what it takes for a perfect sample of a class."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from nncore.ops import Array
from web.components.note import Note
from web.components.tiles import Tiles
from web.components.toolbar import Toolbar, button, select
from web.insight.fooling import BOUND, Fooled, Stage, fool, ideal
from web.insight.nouns import a, draw_first
from web.insight.pictures import diverging, ink
from web.session import Session
from web.session.hub import Topic
from web.views.layout import column, wrapping
from web.views.view import View
from web.words import _

JOBS = FOOL, IDEAL = "fooling", "ideal"
STAGES = 8  # shown of the way, at most
ANY = "any"
ABOUT = _(
    "The smallest change of your drawing that makes the network say something else, found by following the "
    "gradient to the nearest border between two answers. You would still read the same."
)
ABOUT_IDEAL = _(
    "From grey paper, ink is moved to where it makes the network surer and surer of a class: as much ink "
    "as {noun} has. What comes out is what it looks for; a person would rarely call it {noun}."
)
EMPTY = _("Draw {noun} first: then see how little of it must change to fool the network.")


class FoolingView(View):
    """Buttons that begin a search on a copy of the network on show, and its course in pictures."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._target = ANY
        self._label = "3"
        wide: dict[str, Any] = {"sizing_mode": "stretch_width"}
        self._about = Note(title=_("What would fool it"), **wide)
        self._fool_bar = Toolbar(
            {"fool": lambda _: self._fool(), "target": self._aim}, label=_("What would fool it"), **wide
        )
        self._way = Tiles(label=_("From your drawing to what fools it"), size=72, pickable=True)
        self._way.on_pick(self._show_on_pad)
        self._change = Tiles(
            label=_("The change alone"), scale="diverging", size=72, ends=[_("less ink"), _("more ink")]
        )
        self._ideal_bar = Toolbar(
            {"ideal": lambda _: self._ideal(), "label": self._want}, label=_("Its ideal"), **wide
        )
        self._perfect = Tiles(label=_("The ideal"), size=112, pickable=True)
        self._about_ideal = Note(**wide)
        self._perfect.on_pick(lambda _: self._put(self._perfect_image))
        self._of: object = None  # the network that the pictures are of
        self._stages: list[Stage] = []
        self._perfect_image: Array | None = None
        self._layout = column(
            self._about,
            self._fool_bar,
            wrapping(self._way, self._change),
            self._about_ideal,
            self._ideal_bar,
            self._perfect,
        )

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {"drawing": self._drawing_changed, "model": self._forget, "data": self._set_bars}

    def hide(self) -> None:
        super().hide()
        for job in JOBS:
            self.session.jobs.cancel(job)

    def refresh(self) -> None:
        if self._of is not self.session.training.model:
            self._forget()
        else:
            self._drawing_changed()

    # -- the buttons -------------------------------------------------------------------------------------

    def _set_bars(self) -> None:
        data = self.session.training.train_data
        drawn = self.session.drawing is not None
        classes = {str(i): name for i, name in enumerate(data.class_names)}
        noun = a(data.noun)
        self._about.text = ABOUT if drawn else draw_first(EMPTY, data)
        self._about_ideal.param.update(
            title=_("Its ideal of {noun}", noun=noun), text=ABOUT_IDEAL.format(noun=noun)
        )
        for part in (self._fool_bar, self._about_ideal, self._ideal_bar):
            part.visible = data.has_images  # of points it is said once that there is nothing to change
        self._fool_bar.set(
            button(
                "fool",
                _("Fool it"),
                _("On a copy of the network; training goes on"),
                disabled=not drawn,
                primary=True,
            ),
            select("target", _("Make it say"), {ANY: _("anything else")} | classes, self._target),
        )
        self._ideal_bar.set(
            button("ideal", _("Imagine it"), _("On a copy of the network")),
            select("label", _("Ideal of"), classes, self._label),
        )

    def _aim(self, target: str) -> None:
        self._target = target
        self._set_bars()

    def _want(self, label: str) -> None:
        self._label = label
        self._set_bars()

    def _forget(self) -> None:
        self._of = self.session.training.model
        self._target, self._label = ANY, "0" if self.session.training.train_data.num_classes < 4 else "3"
        self._perfect_image = None
        self._perfect.set(np.zeros((0, 1, 1), np.uint8))
        self._ideal_bar.status = ""
        self._drawing_changed()

    def _drawing_changed(self) -> None:
        """What was found belongs to another drawing, unless one of the pictures found was put on the pad."""
        drawing, image = self.session.drawing, self.session.pad.image
        if any(stage.image is image for stage in self._stages):
            return
        if self._stages and drawing is not None and np.array_equal(drawing.image, self._stages[0].image):
            return
        self.session.jobs.cancel(FOOL)
        self._stages = []
        self._way.set(np.zeros((0, 1, 1), np.uint8))
        self._change.visible = False
        self._fool_bar.status = ""
        self._set_bars()

    # -- the searches ------------------------------------------------------------------------------------

    def _fool(self) -> None:
        drawing = self.session.drawing
        if drawing is None:
            return
        target = None if self._target == ANY else int(self._target)
        model, criterion = copy.deepcopy(self.session.replay.model), self.session.training.trainer.criterion
        self._fool_bar.status = _("Looking for the way …")
        self.session.jobs.start(FOOL, fool(model, criterion, drawing.image, target), self._show_way)

    def _show_way(self, found: Fooled) -> None:
        names = self.session.training.train_data.class_names
        last = len(found.stages) - 1
        picked = np.unique(np.linspace(0, last, min(STAGES, last + 1)).round().astype(int))
        self._stages = [found.stages[i] for i in picked]
        captions = [self._answer_to(stage) for stage in self._stages]
        self._way.set(
            ink(np.stack([stage.image for stage in self._stages]), 1),
            captions,
            [_("Read as {caption}. Put it on the pad", caption=caption) for caption in captions],
        )
        change = found.stages[-1].image - found.stages[0].image
        self._change.visible = bool(np.abs(change).max() > 0)
        self._change.set(diverging(change[None]), [_("the change")], [_("The change alone")])
        if found.turned:
            self._fool_bar.status = _(
                "{name} is read as {other} after a change of {size:.1%} of the drawing's ink.",
                name=names[found.answer],
                other=names[found.other],
                size=found.size,
            )
        elif self._target == str(found.answer):
            self._fool_bar.status = _("It says {name} already.", name=names[found.answer])
        else:
            self._fool_bar.status = _(
                "No change up to {bound:.0%} of the drawing's ink was found that does it.", bound=BOUND
            )

    def _ideal(self) -> None:
        data = self.session.training.train_data
        model, criterion = copy.deepcopy(self.session.replay.model), self.session.training.trainer.criterion
        label = int(self._label)
        of_class = np.flatnonzero(data.labels == label)[:1]
        like = data.inputs(of_class if len(of_class) else slice(0, 1))[0, 0]
        self._ideal_bar.status = _("Imagining …")
        self.session.jobs.start(IDEAL, ideal(model, criterion, like, label), self._show_ideal)

    def _show_ideal(self, found: Stage) -> None:
        self._perfect_image = found.image
        read = self._answer_to(found)
        self._perfect.set(
            ink(found.image[None], 1), [read], [_("Read as {read}. Put it on the pad", read=read)]
        )
        self._ideal_bar.status = _("The network reads this as {read}.", read=read)

    def _answer_to(self, stage: Stage) -> str:
        names = self.session.training.train_data.class_names
        return f"{names[int(stage.probabilities.argmax())]}, {stage.probabilities.max():.0%}"

    def _show_on_pad(self, index: int) -> None:
        self._put(self._stages[index].image)

    def _put(self, image: Array | None) -> None:
        if image is not None:
            self.session.pad.show(image)

    def __panel__(self) -> Any:
        return self._layout
