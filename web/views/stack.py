"""Several views in one place, one below the other."""

from __future__ import annotations

from typing import Any

from web.session import Session
from web.views.layout import column
from web.views.view import MakeView, View


class Stack(View):
    """Views that are shown and hidden together."""

    def __init__(self, session: Session, *makers: MakeView) -> None:
        super().__init__(session)
        self._views = [make(session) for make in makers]
        self._layout = column(*(view.__panel__() for view in self._views), gap=6)

    def show(self) -> None:
        for view in self._views:
            view.show()

    def hide(self) -> None:
        for view in self._views:
            view.hide()

    def refresh(self) -> None:
        for view in self._views:
            view.refresh()

    def __panel__(self) -> Any:
        return self._layout
