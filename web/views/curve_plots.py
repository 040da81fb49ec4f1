"""The figures of the curves: what is drawn how."""

from __future__ import annotations

from typing import Any

from bokeh.models import DataRange1d, Range1d

from web.views.curve_data import CurveData
from web.views.palette import PALETTES, Theme
from web.views.plots import add_hover, add_legend, new_figure, percent_axis
from web.words import _

TEST = _("test")  # in legends
LOSS, PERCENT = "{0.0000}", "{0.0%}"


def loss_plot(data: CurveData, x_range: Range1d, y_range: Range1d, *, log: bool = False) -> Any:
    """Loss over epochs, on a linear or a logarithmic scale."""
    plot = new_figure(_("loss"), x_range, y_range, log=log)
    _draw(plot, data, "loss", LOSS)
    return plot


def accuracy_plot(data: CurveData, x_range: Range1d, y_range: Range1d) -> Any:
    """Accuracy over epochs."""
    plot = new_figure(_("accuracy"), x_range, y_range)
    percent_axis(plot)
    _draw(plot, data, "accuracy", PERCENT)
    return plot


def detail_plot(data: CurveData, x_range: Range1d, column: str, title: str) -> Any:
    """One more figure of the training steps, such as the learning rate, over epochs."""
    plot = new_figure(title, x_range, DataRange1d(only_visible=True, start=0), height=150, fills=False)
    line = plot.line("epoch", column, source=data.train, line_width=1.5, name="train")
    add_hover(plot, [line], [(_("epoch"), "@epoch{0.00}"), (title, f"@{column}{{0.00000}}")], column=True)
    return plot


def _draw(plot: Any, data: CurveData, column: str, form: str) -> None:
    """Kept runs behind; each batch, faint; its smoothed course, solid; test results, dashed with dots."""
    runs = {"line_color": "colour", "line_dash": "dash", "source": data.runs, "line_alpha": 0.9}
    kept = plot.multi_line("epoch", column, line_width=1.2, **runs)
    kept_test = plot.multi_line("test_epoch", f"test_{column}", line_width=2.4, **runs)
    raw = plot.line("epoch", column, source=data.train, line_width=1, line_alpha=0.4, name="train")
    smooth = plot.line("epoch", f"{column}_smooth", source=data.train, line_width=2.2, name="train")
    tests = {"source": data.test, "name": "test"}
    test = plot.line("epoch", column, line_width=2, line_dash=[7, 4], **tests)
    dots = plot.scatter("epoch", column, size="size", **tests)
    add_legend(plot, [(_("each batch"), [raw]), (_("training"), [smooth]), (TEST, [test, dots])])
    add_hover(
        plot,
        [smooth],
        [
            (_("epoch"), "@epoch{0.00}"),
            (_("training, smoothed"), f"@{column}_smooth{form}"),
            (_("batches here"), f"@{column}{form}"),
        ],
        column=True,
    )
    add_hover(plot, [dots], [(_("epoch"), "@epoch{0}"), (_("test"), f"@{column}{form}")])
    add_hover(plot, [kept, kept_test], [(_("run"), "@name")])


def paint_series(plot: Any, theme: Theme) -> None:
    """Give the present run's curves the theme's colours."""
    palette = PALETTES[theme]
    for name, colour in (("train", palette.train), ("test", palette.test)):
        for renderer in plot.select(name=name):
            renderer.glyph.line_color = colour
            if hasattr(renderer.glyph, "fill_color"):
                renderer.glyph.fill_color = colour
