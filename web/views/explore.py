"""Views that share one place, of which one is on show."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import panel as pn

from web.browser import bridge
from web.components.tabs import Tabs
from web.session import Session
from web.session.hub import Topic
from web.views.view import MakeView, View
from web.words import _

CODE = _("Code")


class ExploreView(View):
    """A tab for each view; a view is built when its tab is first opened, and works only while it is open."""

    def __init__(self, session: Session, makers: Mapping[str, MakeView]) -> None:
        super().__init__(session)
        self._makers = makers
        self._views: dict[str, View] = {}
        self._open = next(iter(makers))
        self._asked = 0
        self._tabs = Tabs(
            self._choose,
            label=_("Look inside"),
            tabs=list(makers),
            active=self._open,
            sizing_mode="stretch_width",
        )
        self._layout = pn.Column(self._tabs, sizing_mode="stretch_width")
        self._panels: dict[str, pn.Column] = {}

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {"code": self._show_code}

    def refresh(self) -> None:
        self._choose(self._open)
        self._show_code()

    def _show_code(self) -> None:
        """Open the tab of code that somebody asked to see, or that waits for being read."""
        asked = self.session.code.asked
        if asked != self._asked and CODE in self._makers:
            self._asked = asked
            self._tabs.active = CODE
            bridge.show_card("explore", True)

    def hide(self) -> None:
        super().hide()
        if self._open in self._views:
            self._views[self._open].hide()

    def _choose(self, name: str) -> None:
        if name != self._open:
            self._views[self._open].hide()
            self._panels[self._open].visible = False
        self._open = name
        if name not in self._views:
            view = self._views[name] = self._makers[name](self.session)
            self._panels[name] = pn.Column(
                view.__panel__(),
                css_classes=[f"tabpanel-{list(self._makers).index(name)}"],  # by which tabs.js finds it
                sizing_mode="stretch_width",
                margin=(12, 0, 0, 0),
            )
            self._layout.append(self._panels[name])
        self._panels[name].visible = True
        self._views[name].show()

    def __panel__(self) -> pn.Column:
        return self._layout
