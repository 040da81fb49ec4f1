"""Loss and accuracy as they come about, the finished runs behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn

from web.browser import bridge
from web.components.toggles import Toggles
from web.session import Session
from web.session.hub import Topic
from web.views import axes
from web.views.curve_data import CurveData
from web.views.curve_plots import TEST, accuracy_plot, detail_plot, loss_plot, paint_series
from web.views.curve_text import CurveTextView
from web.views.layout import side_by_side
from web.views.palette import PALETTES, Theme
from web.views.plots import add_cursor, paint
from web.views.ranges import AutoRange
from web.views.view import View
from web.words import _

MARKER_ROOM = 1.01  # the epoch axis is that much longer, so that the last test's marker is whole
OPTIONS = [
    {"name": "log", "label": _("Log scale"), "help": _("Show the loss on a logarithmic scale")},
    {
        "name": "zoom",
        "label": _("Zoom in on the top"),
        "help": _("Show only the best part of the accuracy scale"),
    },
    {"name": "lr", "label": _("Rate"), "help": _("Show how the schedule moves the learning rate")},
    {"name": "grad_norm", "label": _("Gradient"), "help": _("Record and show the length of the gradient")},
]


class CurvesView(View):
    """Two plots over one epoch axis; learning rate and gradient norm on demand."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._data = CurveData()
        self._epochs = AutoRange(0, 1)
        self._loss, self._log_loss = AutoRange(0, 3), AutoRange(0.01, 3)
        self._accuracy = AutoRange(0, 1)
        self._options = {str(option["name"]): False for option in OPTIONS}
        self._plots: dict[str, Any] = {
            "loss": loss_plot(self._data, self._epochs.range, self._loss.range),
            "log": loss_plot(self._data, self._epochs.range, self._log_loss.range, log=True),
            "accuracy": accuracy_plot(self._data, self._epochs.range, self._accuracy.range),
            "lr": detail_plot(self._data, self._epochs.range, "lr", _("learning rate")),
            "grad_norm": detail_plot(self._data, self._epochs.range, "grad_norm", _("gradient norm")),
        }
        for plot in self._plots.values():
            self._epochs.follow_reset(plot)
        self._cursors = [add_cursor(plot) for plot in self._plots.values()]
        self._loss.follow_reset(self._plots["loss"])
        self._log_loss.follow_reset(self._plots["log"])
        self._accuracy.follow_reset(self._plots["accuracy"])
        self._paint(bridge.theme())
        bridge.on("theme", self._paint)
        toggles = Toggles(self._choose, label=_("What the plots show"), options=OPTIONS, value=self._options)
        for name, plot in self._plots.items():
            plot.visible = name in ("loss", "accuracy")
        panes = [
            pn.pane.Bokeh(
                plot, styles={"min-width": "0"}, sizing_mode=plot.sizing_mode, min_height=plot.min_height
            )
            for plot in self._plots.values()
        ]
        plots = side_by_side(*panes, least=260, fills=True)
        self._text = CurveTextView(session)
        self._layout = pn.Column(toggles, plots, self._text, sizing_mode="stretch_both")

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {
            "progress": self._follow,
            "model": self.refresh,
            "epoch": lambda: self._set_ranges(may_shrink=True),
            "runs": self._overlay,
            "replay": self._point,
        }

    def show(self) -> None:
        super().show()
        self._text.show()

    def hide(self) -> None:
        super().hide()
        self._text.hide()

    def refresh(self) -> None:
        self._overlay()
        self._follow()
        self._point()

    def _point(self) -> None:
        """Mark the moment of a replay."""
        moment = self.session.replay.moment
        for cursor in self._cursors:
            cursor.update(visible=moment is not None, **({"location": moment.epoch} if moment else {}))

    def _follow(self) -> None:
        self._data.follow(self.session.training.history)
        for plot in self._plots.values():
            for legend in plot.legend:  # no names without lines
                legend.visible = len(self.session.training.history) > 0
                for item in legend.items:
                    item.visible = item.label.value != TEST or bool(self.session.training.history.tests)
        self._set_ranges(may_shrink=not len(self.session.training.history))

    def _overlay(self) -> None:
        present = self.session.training.history
        self._data.overlay([run for run in self.session.runs if run.visible and run.history is not present])
        self._set_ranges(may_shrink=False)

    def _set_ranges(self, *, may_shrink: bool) -> None:
        shown = self._data.extent()
        self._epochs.set(0, axes.epochs_end(shown.epochs, self.session.recipe.epochs) * MARKER_ROOM)
        in_view = axes.losses_in_view(shown.losses, shown.kept)
        self._loss.set(0, axes.loss_top(in_view, self._loss.end, may_shrink=may_shrink))
        self._log_loss.set(*axes.log_limits(np.concatenate([shown.losses, shown.kept])))
        self._accuracy.set(axes.accuracy_bottom(shown.accuracies, self._options["zoom"]), 1)

    def _choose(self, options: dict[str, bool]) -> None:
        self._options = options
        self.session.training.track_gradient(options["grad_norm"])
        shown = {"loss": not options["log"], "log": options["log"]} | {
            name: options[name] for name in ("lr", "grad_norm")
        }
        for name, visible in shown.items():
            self._plots[name].visible = visible
        self._set_ranges(may_shrink=True)

    def _paint(self, theme: Theme) -> None:
        for plot in self._plots.values():
            paint(plot, theme)
            paint_series(plot, theme)
        for cursor in self._cursors:
            cursor.line_color = PALETTES[theme].text

    def __panel__(self) -> pn.Column:
        return self._layout
