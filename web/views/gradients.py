"""The gradient check, as a picture."""

from __future__ import annotations

from typing import Any

import panel as pn
from bokeh.models import (
    ColumnDataSource,
    HoverTool,
    PanTool,
    Range1d,
    ResetTool,
    SaveTool,
    Slope,
    WheelZoomTool,
)
from bokeh.plotting import figure

from nncore.gradcheck import TOLERANCE
from web.browser import bridge
from web.components.note import Note
from web.components.toolbar import Toolbar, button
from web.insight.gradients import Checked, check
from web.session import Session
from web.views.layout import column
from web.views.palette import PALETTES, Theme
from web.views.plots import paint
from web.views.view import View
from web.words import _

ABOUT = _(
    "Backpropagation gives every weight's derivative by formula. Here some are measured as well: the "
    "weight is moved by a ten-millionth each way, and the change of the loss divided by the distance. On the "
    "diagonal both agree."
)


class GradientsView(View):
    """Derivatives by formula against derivatives by measurement, for some of each layer's weights."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._about = Note(title=_("Is the gradient right?"), text=ABOUT, sizing_mode="stretch_width")
        self._bar = Toolbar(
            {"check": lambda _: self._check()},
            [button("check", _("Check the gradient"), _("On a copy, in double precision; training goes on"))],
            label=_("Gradient check"),
            sizing_mode="stretch_width",
        )
        self._source = ColumnDataSource({"analytic": [], "numeric": [], "name": [], "error": []})
        self._plot, self._points = _scatter(self._source)
        self._paint(bridge.theme())
        bridge.on("theme", self._paint)
        picture = pn.pane.Bokeh(self._plot, sizing_mode="stretch_width")
        self._layout = column(self._about, self._bar, picture)

    def refresh(self) -> None:
        """Nothing follows training: the check is made when it is asked for."""

    def _check(self) -> None:
        self._bar.status = _("Checking …")
        session = self.session
        work = check(session.training.model, session.training.trainer.criterion, session.training.train_data)
        session.jobs.start("gradients", work, self._show)

    def _show(self, checked: Checked) -> None:
        samples, worst = checked.samples, checked.worst
        self._source.data = {
            "analytic": [sample.analytic for sample in samples],
            "numeric": [sample.numeric for sample in samples],
            "name": [f"{sample.name} [{', '.join(map(str, sample.index))}]" for sample in samples],
            "error": [sample.relative_error for sample in samples],
        }
        limit = 1.1 * max(max(abs(sample.analytic), abs(sample.numeric)) for sample in samples) or 1.0
        for axis in (self._plot.x_range, self._plot.y_range):
            axis.update(start=-limit, end=limit, reset_start=-limit, reset_end=limit)
        self._plot.visible = True
        verdict = _("All agree") if checked.passed else _("They do NOT agree")
        self._bar.status = _(
            "{verdict}: largest relative error {relative_error:.1e}, at {name}, among {samples} "
            "derivatives (a right gradient stays below {limit:.0e}).",
            verdict=verdict,
            relative_error=worst.relative_error,
            name=worst.name,
            samples=len(samples),
            limit=TOLERANCE,
        )

    def _paint(self, theme: Theme) -> None:
        paint(self._plot, theme)
        palette = PALETTES[theme]
        self._points.glyph.update(fill_color=palette.train, line_color=palette.train)
        self._plot.xgrid.grid_line_color = palette.line

    def __panel__(self) -> Any:
        return self._layout


def _scatter(source: ColumnDataSource) -> tuple[Any, Any]:
    plot = figure(
        height=360,
        max_width=440,
        sizing_mode="stretch_width",
        visible=False,
        tools=[PanTool(), WheelZoomTool(), ResetTool(), SaveTool(filename="nncore-gradient-check")],
        active_drag=None,
        active_scroll=None,
        outline_line_color=None,
        x_range=Range1d(-1, 1),
        y_range=Range1d(-1, 1),
    )
    plot.toolbar.logo = None
    plot.toolbar.autohide = True
    plot.xaxis.axis_label, plot.yaxis.axis_label = _("by backpropagation"), "measured"
    points = plot.scatter("analytic", "numeric", source=source, size=8, fill_alpha=0.45)
    plot.add_layout(Slope(gradient=1, y_intercept=0, line_color="gray", line_dash="dotted", level="underlay"))
    tooltips = [
        ("number", "@name"),
        ("formula", "@analytic{0.000e+0}"),
        ("measured", "@numeric{0.000e+0}"),
        (_("relative error"), "@error{0.0e+0}"),
    ]
    plot.add_tools(HoverTool(renderers=[points], tooltips=tooltips, visible=False))
    return plot, points
