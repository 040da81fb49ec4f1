"""Axis ranges that the page sets, until the visitor zooms."""

from __future__ import annotations

from typing import Any

from bokeh.events import Reset
from bokeh.models import Range1d


class AutoRange:
    """A range that follows the data, stays where the visitor puts it, and follows again after Reset."""

    def __init__(self, start: float, end: float) -> None:
        self.range = Range1d(start, end)
        self._wanted = (start, end)

    @property
    def end(self) -> float:
        """The end that the page wants."""
        return self._wanted[1]

    @property
    def _free(self) -> bool:
        return (self.range.start, self.range.end) == self._wanted

    def set(self, start: float, end: float) -> None:
        """Show `start` to `end`, unless the visitor looks elsewhere; Reset will lead there in any case."""
        if self._wanted == (start, end):
            return
        free, self._wanted = self._free, (start, end)
        self.range.update(reset_start=start, reset_end=end)
        if free:
            self.range.update(start=start, end=end)

    def follow_reset(self, plot: Any) -> None:
        """Return to what the page wants when `plot`'s Reset tool is used."""
        plot.on_event(Reset, lambda event: self.range.update(start=self._wanted[0], end=self._wanted[1]))
