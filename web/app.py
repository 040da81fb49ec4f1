"""The dashboard: builds the views and says which place of the page (`layout.html`) each one fills."""

from __future__ import annotations

import panel as pn
from bokeh.plotting import figure


def build() -> dict[str, pn.viewable.Viewable]:
    """Name of a slot in `layout.html` to the view that goes there."""
    plot = figure(height=260, sizing_mode="stretch_width", title="Loss")
    source = plot.line([0, 1, 2, 3], [2.3, 1.2, 0.8, 0.7]).data_source
    button = pn.widgets.Button(name="Train", button_type="primary")
    count = pn.pane.Markdown("0")

    def clicked(event: object) -> None:
        count.object = str(int(count.object) + 1)
        n = len(source.data["x"])
        source.stream({"x": [n], "y": [2 / n]})

    button.on_click(clicked)
    return {"train": pn.Row(button, count), "curves": pn.pane.Bokeh(plot, sizing_mode="stretch_width")}
