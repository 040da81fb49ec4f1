"""The first minute: what is where."""

from __future__ import annotations

from typing import NamedTuple

from web.components.tour import Tour
from web.session import Session
from web.views.view import View
from web.words import _


class Stop(NamedTuple):
    """One stop of the tour: the `data-area` of a card (see layout.html), and what is said there."""

    place: str
    title: str
    text: str


STOPS = [
    Stop(
        "pad",
        _("Draw a digit"),
        _(
            "With mouse, finger, pen or arrow keys. The answer comes while you draw; below it you see what "
            "the network sees of your drawing."
        ),
    ),
    Stop(
        "train",
        _("Let it learn"),
        _(
            "Press Train now, and go on with this tour: everything on the page works meanwhile. Watch "
            "closely slows it down, Pause rests, Step goes through one batch, One epoch through all the "
            "data once."
        ),
    ),
    Stop(
        "picture",
        _("See it change"),
        _(
            "Your drawing goes in on the left. Each tile is what one unit has learnt, its frame how "
            "strongly it fires, the lines what it adds to an answer. Press a tile to look at it closely."
        ),
    ),
    Stop(
        "curves",
        _("Watch it learn"),
        _(
            "The loss should fall and the accuracy rise. The dots are the test set, which the network has "
            "never been taught: only it tells whether it has learnt or merely memorised."
        ),
    ),
    Stop(
        "settings",
        _("Change something"),
        _(
            "Data, a preset, and the two that matter first; all others are folded behind them. Each explains "
            "itself behind its question mark. Some, like the learning rate, may change "
            "in mid-run; the others begin a new run."
        ),
    ),
    Stop(
        "runs",
        _("Compare"),
        _(
            "Finished runs are kept and drawn behind the present one. What differs between two of them is "
            "what you changed."
        ),
    ),
    Stop(
        "explore",
        _("Look inside"),
        _(
            "The mistakes it makes, what its neurons look for, the arithmetic of a single one, and how to "
            "teach it your own hand."
        ),
    ),
    Stop(
        "bar",
        _("Keep and share"),
        _(
            "Save your network, or share a link that opens the same experiment. The lessons next to it "
            "take ten minutes each, and Help brings back this tour."
        ),
    ),
]


class TourView(View):
    """The tour, for whoever asks for help."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._tour = Tour(steps=[stop._asdict() for stop in STOPS], sizing_mode="stretch_width")

    def begin(self) -> None:
        """Begin the tour."""
        self._tour.begin()

    def refresh(self) -> None:
        """The tour does not depend on the session."""

    def __panel__(self) -> Tour:
        return self._tour
