"""What was asked for while a data set is on its way: kept, and done when it is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nncore.recipe import Recipe
from web.session.loop import Goal


@dataclass
class Pending:
    """The experiment that is to begin.

    Attributes
    ----------
    begin : puts it in place, once the data are there.
    started_as : the settings that `begin` gives it.
    recipe : the settings as the visitor wants them by now.
    goal : how far to train it; None if nobody pressed Train.
    """

    begin: Callable[[], None]
    started_as: Recipe
    recipe: Recipe
    goal: Goal | None = None
