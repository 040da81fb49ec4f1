"""Bokeh figures in the page's own look: quiet, themed, steady while data stream in."""

from __future__ import annotations

from typing import Any

from bokeh.models import (
    BasicTickFormatter,
    BoxZoomTool,
    HoverTool,
    Legend,
    LegendItem,
    LogTicker,
    NumeralTickFormatter,
    PanTool,
    Range1d,
    ResetTool,
    SaveTool,
    Span,
)
from bokeh.plotting import figure

from web.views.palette import PALETTES, Theme
from web.words import _

LEFT = 62  # pixels kept free for the labels of the y axis: the plot does not move when they get longer


def new_figure(
    title: str,
    x_range: Range1d,
    y_range: Range1d,
    *,
    log: bool = False,
    height: int = 320,
    fills: bool = True,
) -> Any:
    """An empty figure over epochs, which the page scrolls over: nothing in it takes the wheel or a swipe.

    It `fills` what height it is given, from `height` pixels on.
    """
    plot = figure(
        height=height,
        min_height=height,
        sizing_mode="stretch_both" if fills else "stretch_width",
        x_range=x_range,
        y_range=y_range,
        y_axis_type="log" if log else "linear",
        tools=[BoxZoomTool(), PanTool(), ResetTool(), SaveTool(filename=f"nncore-{title.replace(' ', '-')}")],
        active_drag=None,
        toolbar_location="right",
        min_border_left=LEFT,
        min_border_right=8,
        outline_line_color=None,
        html_attributes={"role": "figure", "aria-label": _("{title} over epochs", title=title)},
    )
    plot.toolbar.logo = None
    plot.toolbar.autohide = True
    plot.xaxis.axis_label = _("epoch")
    plot.yaxis.axis_label = title
    for axis in (*plot.xaxis, *plot.yaxis):
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_text_font_size = axis.major_label_text_font_size = "12px"
        axis.minor_tick_line_color = axis.axis_line_color = None
    plot.yaxis.formatter = BasicTickFormatter(use_scientific=False, precision=4)
    if log:
        plot.yaxis.ticker = plot.ygrid[0].ticker = LogTicker(mantissas=[1, 2, 5], num_minor_ticks=0)
    plot.xgrid.visible = False
    return plot


def percent_axis(plot: Any) -> None:
    """Label the y axis in per cent."""
    plot.yaxis.formatter = NumeralTickFormatter(format="0%")


def add_legend(plot: Any, items: list[tuple[str, list[Any]]]) -> None:
    """A legend in one line above the plot, where it hides no data and is part of the saved picture."""
    legend = Legend(
        items=[LegendItem(label=label, renderers=renderers) for label, renderers in items],
        orientation="horizontal",
        label_text_font_size="12px",
        border_line_color=None,
        background_fill_alpha=0,
        padding=0,
        margin=2,
        spacing=14,
        glyph_width=22,
        click_policy="hide",
    )
    plot.add_layout(legend, "above")


def add_cursor(plot: Any) -> Span:
    """A vertical line that marks a moment of the run; not to be seen at first."""
    cursor = Span(dimension="height", line_width=1.5, line_dash="dashed", visible=False)
    plot.add_layout(cursor)
    return cursor


def add_hover(
    plot: Any, renderers: list[Any], tooltips: list[tuple[str, str]], *, column: bool = False
) -> None:
    """Figures under the pointer, or with `column` of the point that is nearest along the x axis."""
    mode = "vline" if column else "mouse"
    rows = "".join(
        f'<div><span style="color: var(--muted)">{name}</span> <b>{figure}</b></div>'
        for name, figure in tooltips
    )
    plot.add_tools(HoverTool(renderers=renderers, tooltips=rows, mode=mode, visible=False))


def paint(plot: Any, theme: Theme) -> None:
    """Give a figure the theme's colours."""
    palette = PALETTES[theme]
    plot.background_fill_color = plot.border_fill_color = palette.surface
    plot.ygrid.grid_line_color = palette.line
    for axis in (*plot.xaxis, *plot.yaxis):
        axis.axis_label_text_color = axis.major_label_text_color = palette.muted
        axis.major_tick_line_color = palette.line
    for legend in plot.legend:
        legend.label_text_color = palette.text
        legend.inactive_fill_color = palette.surface
