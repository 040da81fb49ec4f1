"""Why a run cannot go on."""

from __future__ import annotations

from typing import NamedTuple

from nncore.custom import CodeError
from nncore.errors import DivergenceError
from web.words import _


class Failure(NamedTuple):
    """What an exception that a trainer raised amounts to.

    Attributes
    ----------
    ended : how the run is kept.
    words : what to tell, as nncore says it where it is none of the visitor's code.
    is_fault : whether it is one of the page, not of settings or the visitor's code: then it shall be seen.
    """

    ended: str
    words: str
    is_fault: bool

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """That of an exception."""
        if isinstance(error, DivergenceError):
            return cls("diverged", str(error), False)
        if isinstance(error, CodeError):
            return cls("failed", _("Your code, {error}", error=error), False)
        return cls("failed", str(error), True)
