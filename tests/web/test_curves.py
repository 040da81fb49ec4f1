"""Axes that hold still, sources that grow, colours that match the page."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from nncore.recipe import Recipe
from web.session.history import History
from web.session.runs import Run
from web.views import axes
from web.views.curve_data import CurveData
from web.views.palette import PALETTES
from web.views.ranges import AutoRange

CSS = Path(__file__).parents[2] / "web" / "site" / "theme.css"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_plots_have_the_colours_of_the_page(theme: str) -> None:
    light, dark = CSS.read_text("utf-8").split(':root[data-theme="dark"]')
    tokens = dict(re.findall(r"--([\w-]+): (#\w+);", dark if theme == "dark" else light))
    palette = vars(PALETTES[theme])  # type: ignore[index]
    assert palette == {name: tokens[name] for name in palette}


def test_the_epoch_axis_grows_by_round_steps_up_to_the_plan() -> None:
    ends = [axes.epochs_end(epochs, 30) for epochs in np.arange(0, 30, 0.1)]
    assert ends[0] == 1
    assert ends[-1] == 30
    assert len(set(ends)) <= 10
    assert axes.epochs_end(31, 30) > 31


def test_the_loss_axis_shows_the_usual_start_whole() -> None:
    falling = np.concatenate([[2.4], np.full(500, 0.1)])
    assert axes.loss_top(falling, None, may_shrink=True) == 3


def test_a_wild_start_does_not_flatten_the_rest_once_an_epoch_is_over() -> None:
    wild = np.concatenate([np.full(5, 40.0), np.full(995, 0.5)])
    assert axes.loss_top(wild, 50.0, may_shrink=False) == 50
    assert axes.loss_top(wild, 50.0, may_shrink=True) == 5


def test_axes_stand_up_to_nothing_and_to_nonsense() -> None:
    nothing, nonsense = np.array([]), np.array([np.nan, np.inf])
    assert (
        axes.loss_top(nothing, None, may_shrink=False) == axes.loss_top(nonsense, None, may_shrink=True) == 3
    )
    assert axes.log_limits(nothing) == (0.1, 1.0)
    assert axes.accuracy_bottom(nothing, zoomed=True) == 0


def test_points_are_appended_and_rewritten_only_when_thinned() -> None:
    data, history = CurveData(), History(8)
    sizes = []
    for i in range(12):
        history.add_step(i, 1.0, 0.5, 0.1, None)
        data.follow(history)
        sizes.append(len(data.train.data["epoch"]))
    assert sizes == [1, 2, 3, 4, 5, 6, 7, 4, 4, 5, 5, 6]
    data.follow(History(8))
    assert len(data.train.data["epoch"]) == 0


def test_kept_runs_are_overlaid_with_their_names() -> None:
    history = History()
    history.add_step(0.5, 0.7, 0.25, 0.1, None)
    history.add_test(1, 0.5, 0.75)
    data = CurveData()
    data.overlay([Run(2, "mine", Recipe(), history, 1.0, "epochs")])
    assert data.runs.data["name"] == ["mine"]
    shown = data.extent()
    assert (sorted(shown.kept), shown.accuracies.tolist(), shown.epochs) == ([0.5, 0.7], [0.75], 1)
    assert shown.losses.size == 0


def test_a_rival_that_went_wild_does_not_flatten_the_present_run() -> None:
    present, wild = np.linspace(2.3, 0.1, 50), np.full(50, 1500.0)
    assert axes.loss_top(axes.losses_in_view(present, wild), None, may_shrink=True) == 3
    calm = np.full(50, 2.9)
    assert axes.loss_top(axes.losses_in_view(present, calm), None, may_shrink=True) == 5
    nothing = np.array([])
    assert axes.loss_top(axes.losses_in_view(nothing, wild), None, may_shrink=True) > 1500


def test_a_range_stays_where_the_visitor_put_it_until_reset() -> None:
    auto = AutoRange(0, 1)
    auto.set(0, 2)
    assert auto.range.end == 2
    auto.range.update(start=0.5, end=0.6)  # the visitor zooms
    auto.set(0, 5)
    assert auto.range.end == 0.6
    assert auto.range.reset_end == 5
    auto.range.update(start=0, end=5)  # Reset
    auto.set(0, 10)
    assert auto.range.end == 10
