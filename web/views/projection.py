"""How the last hidden layer sorts the test samples, live."""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator
from typing import Any

import numpy as np

from nncore.data import Dataset
from nncore.module import Sequential
from web.components.note import Note
from web.components.scatter import Scatter
from web.components.tiles import Tiles
from web.insight.pictures import ink
from web.insight.projection import Projection, last_hidden, project
from web.session import Session
from web.session.hub import Topic
from web.views.axes import nice_ceiling
from web.views.layout import column
from web.views.paced import PacedView
from web.words import _, ngettext

JOB = "projection"
SHOWN = 1000  # samples at most, and as many others that the plane is fitted to
FEWER = 300  # for convolutions, which take longer
TILES = 24
MOST = 0.995  # share of the coordinates that must be within the axes
ABOUT = _(
    "Each point is a test {noun} the network has not learnt from; near points are alike to its last hidden "
    "layer. A rim in another colour: taken for that class. Draw a loop around some to see its mistakes there."
)
WITH_DRAWING = _(" The ring is your drawing.")


class ProjectionView(PacedView):
    """Ten clusters that come apart while the network learns; a loop drawn around points shows them."""

    interval = 0.5

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._data: Dataset | None = None  # of which some are fitted or shown
        self._shown: Dataset | None = None
        self._fitted: Dataset | None = None
        self._of: object = None  # the network whose pictures these are
        self._found: Projection | None = None
        self._version = 0  # of the weights that were projected last
        self._limit = 0.0
        self._mistakes: list[int] = []
        self._scatter = Scatter(
            self._loop, self._choose, self._put_on_pad, label=_("Projection"), sizing_mode="stretch_width"
        )
        self._scatter.param.watch(lambda event: self._paced.ask(), "in_sight")
        self._note = Note(sizing_mode="stretch_width", visible=False)
        self._tiles = Tiles(label=_("Mistakes inside"), pickable=True, size=40, sizing_mode="stretch_width")
        self._tiles.on_pick(lambda index: self._put_on_pad(self._mistakes[index]))
        self._layout = column(self._scatter, self._note, self._tiles)

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {
            "weights": self._paced.ask,
            "replay": self._paced.ask,
            "state": self._paced.ask,
            "model": self._restart,
            "prediction": self._place_drawing,
        }

    def hide(self) -> None:
        super().hide()
        self.session.jobs.cancel(JOB)

    def refresh(self) -> None:
        replay, training, jobs = self.session.replay, self.session.training, self.session.jobs
        if self._shown is None or self._of is not training.model:
            self._begin()
        if replay.version == self._version or jobs.running(JOB):
            return
        if replay.changes and not self._scatter.in_sight:
            return
        version = replay.version
        jobs.start(
            JOB,
            self._work(copy.deepcopy(replay.model)),
            lambda found: self._arrived(found, version),
            patient=True,
        )

    def _work(self, model: Sequential) -> Generator[None, None, Projection | None]:
        assert self._shown is not None
        assert self._fitted is not None
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                return (yield from project(model, self._fitted, self._shown, self._found))
        except FloatingPointError:  # it has diverged, which is told beside Train
            return None

    def _restart(self) -> None:
        self.session.jobs.cancel(JOB)
        self.refresh()

    def _begin(self) -> None:
        """Other samples, or another network: the picture has no past."""
        training = self.session.training
        many = FEWER if training.recipe.model == "cnn" else SHOWN
        data = training.test_data if len(training.test_data) else training.train_data
        if self._data is not data or self._shown is None or len(self._shown) != min(many, len(data)):
            self._data, self._shown, self._fitted = data, data[:many], training.train_data[:many]
            pictures = (
                ink(self._shown.images, data.max_value) if data.has_images else np.zeros((0, 0, 0), np.uint8)
            )
            self._scatter.samples = {
                "labels": self._shown.labels.tolist(),
                "names": list(data.class_names),
                "pictures": pictures,
            }
        self._of, self._found, self._version, self._limit = training.model, None, 0, 0.0
        self._scatter.drawing = []
        self._look_at([], "")

    def _arrived(self, found: Projection | None, version: int) -> None:
        self._version = version
        if found is None:
            return
        self._found = found
        reach = float(np.quantile(np.abs(found.points), MOST))
        wanted = nice_ceiling(max(reach, 1e-3))
        if wanted > self._limit or wanted < self._limit / 2:  # the axes hold still
            self._limit = wanted
        training = self.session.training
        self._scatter.glides = not (training.state == "running" and training.speed == "full")
        self._scatter.places = {
            "points": found.points.astype(np.float32).ravel(),
            "predicted": found.predicted.astype(np.uint8),
            "limit": self._limit,
        }
        self._place_drawing()
        if self.session.replay.version != version:
            self._paced.ask()

    def _place_drawing(self) -> None:
        drawing, found = self.session.drawing, self._found
        noun = self.session.training.test_data.noun
        if drawing is None or found is None or self._of is not self.session.training.model:
            self._scatter.param.update(drawing=[], words=ABOUT.format(noun=_(noun)))
            return
        features = last_hidden(self.session.replay.model, drawing.image[None, None])[0]
        place = found.plane.points(features)[0]
        self._scatter.param.update(
            drawing=[round(float(x), 3) for x in place] if np.isfinite(place).all() else [],
            words=ABOUT.format(noun=_(noun)) + WITH_DRAWING,
        )

    # -- looking at some of them -------------------------------------------------------------------------

    def _loop(self, indices: list[int]) -> None:
        self._scatter.chosen = -1
        if self._shown is not None and max(indices, default=0) < len(self._shown.labels):
            self._look_at(indices, _("in the loop"))

    def _choose(self, label: int) -> None:
        if self._shown is None:
            return
        chosen = -1 if self._scatter.chosen == label else int(label)
        self._scatter.chosen = chosen
        of_class = np.flatnonzero(self._shown.labels == chosen).tolist()
        self._look_at(
            of_class,
            _("of class {name}", name=self._shown.class_names[chosen]) if of_class else "",
        )

    def _look_at(self, indices: list[int], where: str) -> None:
        """Show the mistakes among some samples."""
        shown, found = self._shown, self._found
        self._note.visible = bool(where)
        self._tiles.visible = False
        if not where or shown is None or found is None:
            self._mistakes = []
            return
        names, labels, read = shown.class_names, shown.labels, found.predicted
        wrong = [index for index in indices if read[index] != labels[index]]
        many = ngettext("{n:,} {noun}", "{n:,} {noun}s", len(indices), noun=_(shown.noun))
        self._note.text = _(
            "{many} {where}, {wrong:,} taken for something else.", many=many, where=where, wrong=len(wrong)
        )
        self._mistakes = wrong[:TILES] if shown.has_images else []
        if self._mistakes:
            self._tiles.visible = True
            words = [f"{names[labels[i]]} → {names[read[i]]}" for i in self._mistakes]
            self._tiles.set(
                ink(shown.images[self._mistakes], shown.max_value),
                words,
                [_("{word}. Put it on the pad", word=word) for word in words],
            )

    def _put_on_pad(self, index: int) -> None:
        shown = self._shown  # other data perhaps than when the point was pressed
        if shown is not None and shown.has_images and index < len(shown.images):
            self.session.show_image(shown.images[index])

    def __panel__(self) -> Any:
        return self._layout
