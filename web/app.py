"""The dashboard: builds the views and says which place of the page (`layout.html`) each one fills."""

from __future__ import annotations

import panel as pn

from web.session import Session
from web.views.controls import ControlsView
from web.views.curves import CurvesView
from web.views.view import View


def build() -> dict[str, pn.viewable.Viewable]:
    """Name of a slot in `layout.html` to the view that goes there."""
    session = Session()
    views: dict[str, View] = {
        "train": ControlsView(session),
        "curves": CurvesView(session),
    }
    for view in views.values():
        view.show()
    return {slot: pn.panel(view) for slot, view in views.items()}
