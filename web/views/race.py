"""Runs side by side: the present one and its rivals, with their pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nncore.recipe import SETTINGS
from web.components.note import Note
from web.components.table import Table
from web.components.tiles import Tiles
from web.components.toolbar import Toolbar, button, select
from web.insight.pictures import Pixels, diverging, spread
from web.insight.regions import reach_of, regions
from web.insight.weights import first_layer
from web.session import Session
from web.session.experiment import Experiment
from web.session.hub import Topic
from web.views.layout import column, wrapping
from web.views.paced import PacedView
from web.views.palette import line_style
from web.words import _, pgettext

ABOUT = _(
    "Up to four runs, trained in turns on the same data. Each rival starts anew, differs in what you choose, "
    "and goes as far as your run has got. Their curves are drawn behind yours."
)
FACTORS = {"× 3": 3.0, "× 10": 10.0, "÷ 3": 1 / 3, "÷ 10": 0.1}
UNIT, PLANE = 40, 150  # CSS pixels a side, of a unit's picture and of the plane's
SIDE = 40  # places along each axis where the networks are asked
UNITS = 12  # of each network, those that changed most
RATES = {_("learning rate {factor}", factor=words): factor for words, factor in FACTORS.items()}
VARIED = ("optimizer", "init", "activation")  # one rival for each of their values


class RaceView(PacedView):
    """A button that adds a rival; how each of them does, and what its units have learnt."""

    topics = ("race", "weights", "settings", "runs")
    interval = 0.5

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._chosen = next(iter(RATES))
        wide: dict[str, Any] = {"sizing_mode": "stretch_width"}
        self._bar = Toolbar(
            {"add": lambda _: self._add(), "rival": self._choose, "remove": self._remove},
            label=_("Race"),
            **wide,
        )
        self._table = Table(
            [_("Run"), _("Differs in")],
            [_("Epoch"), _("Test"), pgettext("data", "Training"), _("Loss")],
            **wide,
        )
        self._lanes = wrapping()
        self._lanes_for = (0, False)  # how many, and whether they show the plane
        self._layout = column(Note(text=ABOUT, **wide), self._bar, self._table, self._lanes)

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return super().listeners() | {"model": self.refresh}

    def refresh(self) -> None:
        race, training = self.session.race, self.session.training
        choices = self._choices()
        if self._chosen not in choices:
            self._chosen = next(iter(choices))
        removals = [
            button("remove", _("Take out rival {i}", i=i), value=i - 1)
            for i in range(1, len(race.rivals) + 1)
        ]
        self._bar.set(
            button("add", _("Race"), _("Add this rival"), primary=True, disabled=race.full),
            select("rival", pgettext("race", "against"), {name: name for name in choices}, self._chosen),
            *removals,
        )
        self._bar.status = race.problem
        runs = [(_("Yours"), "", training.experiment, "")] + [
            (_("Rival {i}", i=i), _differences(rival.differs), rival.experiment, rival.error)
            for i, rival in enumerate(race.rivals, 1)
        ]
        shown = runs if race.rivals else []
        styles = [line_style(None)] + [line_style(rival.run_id) for rival in race.rivals]
        self._table.set([_row(*run) for run in shown], [0] if shown else [], styles)
        self._show_pictures([(name, experiment) for name, _, experiment, _ in shown])

    def _choices(self) -> dict[str, dict[str, Any]]:
        """The rivals that can be chosen: words, and the settings that make them."""
        recipe = self.session.training.recipe
        found: dict[str, dict[str, Any]] = {}
        for words, factor in RATES.items():
            rate = float(f"{recipe.lr * factor:.3g}")
            if rate <= SETTINGS["lr"].maximum:
                found[words] = {"lr": rate}
        for name in VARIED:
            for value in SETTINGS[name].choices:
                if value != getattr(recipe, name):
                    found[_("{label}: {problem}", label=_(SETTINGS[name].label).lower(), problem=value)] = {
                        name: value
                    }
        for run in self.session.runs:
            if run.recipe.replace(**recipe.data_settings) != recipe and run.ended != "racing":
                found[_("the settings of {name}", name=run.name)] = run.recipe.to_dict()
        return found

    def _choose(self, rival: str) -> None:
        self._chosen = rival
        self.refresh()

    def _add(self) -> None:
        choices, race = self._choices(), self.session.race
        race.add(**choices[self._chosen])
        if not race.problem:  # the next press brings another rival
            names = list(choices)
            self._chosen = names[(names.index(self._chosen) + 1) % len(names)]
        self.refresh()

    def _remove(self, index: int) -> None:
        rivals = self.session.race.rivals
        if index < len(rivals):
            self.session.race.remove(rivals[index])
        self.refresh()

    def _show_pictures(self, runs: list[tuple[str, Experiment]]) -> None:
        data = self.session.training.train_data
        if not (data.has_images or data.is_planar):
            runs = []
        if (len(runs), data.is_planar) != self._lanes_for:
            self._lanes_for = len(runs), data.is_planar
            words = (
                _("{name}: its answer over the plane") if data.is_planar else _("{name}: what changed most")
            )
            size, room = (PLANE, PLANE) if data.is_planar else (UNIT, 290)
            self._lanes.objects = [
                Tiles(
                    label=words.format(name=name), titled=True, scale="diverging", size=size, max_width=room
                )
                for name, experiment in runs
            ]
        for tiles, (_name, experiment) in zip(self._lanes, runs, strict=True):
            if data.is_planar:
                tiles.set(_answers(experiment, reach_of(data.samples)))
            else:
                tiles.set(diverging(pictures := _changed_most(experiment), spread(pictures, 0.995)))

    def __panel__(self) -> Any:
        return self._layout


def _answers(experiment: Experiment, reach: float) -> Pixels:
    """What it answers all over the plane, as the tab Regions shows it: one picture."""
    found = regions(experiment.model, experiment.trainer.criterion, SIDE, reach)
    return diverging(2 * found.classes[:1] - 1, 1.0)


def _changed_most(experiment: Experiment) -> np.ndarray:
    """What the first layer's units that changed most have learnt since the start: pictures (n, h, w)."""
    model, moments = experiment.model, experiment.recorder
    shape = experiment.trainer.loader.dataset.image_shape
    found = first_layer(model, shape)
    if found is None:
        return np.zeros((0, *shape))
    now = found.pictures
    if not len(moments) or experiment.status.global_step == 0:
        return now[:UNITS]
    name = next(name for name, parameter in model.named_parameters() if parameter.data.ndim > 1)
    weight = dict(model.named_parameters())[name].data
    change = weight - moments[0].state[name]
    if change.shape[-1] != len(now):  # the visitor's own has one row per unit
        change = change.T
    flat = change.reshape(-1, change.shape[-1])
    best = np.sort(np.argsort(-np.einsum("ij,ij->j", flat, flat))[:UNITS])
    if change.ndim == 4:  # kernels (row, column, channel, map)
        return change[:, :, 0, best].transpose(2, 0, 1)
    return flat[:, best].T.reshape(-1, *shape)


def _differences(changes: dict[str, Any]) -> str:
    return ", ".join(
        f"{_(SETTINGS[name].label).lower()} {SETTINGS[name].format(value)}" for name, value in changes.items()
    )


def _row(name: str, differs: str, experiment: Experiment, error: str) -> list[str]:
    status = experiment.status
    figures = [
        f"{experiment.epochs_behind:.1f}",
        "–" if status.test_accuracy is None else f"{status.test_accuracy:.2%}",
        "–" if status.accuracy is None else f"{status.accuracy:.1%}",
        "–" if status.loss is None else f"{status.loss:.4f}",
    ]
    return [name, _("{differs} (diverged)", differs=differs) if error else differs, *figures]
