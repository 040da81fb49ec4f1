"""What went wrong in code of one's own, with the line it happened in."""

from __future__ import annotations

import traceback
from types import FrameType

from nncore.custom.advice import advice, shapes
from nncore.text import Text


class CodeError(Exception):
    """Code of one's own could not be run, or raised something.

    Attributes
    ----------
    message : str          what happened
    advice : str           what to do about it; "" where nothing is known
    line : int or None     the line of the text, counted from 1; None if it is none in particular
    details : str          the traceback through that code alone, for those who want it
    """

    def __init__(self, message: str, line: int | None = None, details: str = "", *, advice: str = "") -> None:
        self.message, self.line, self.details, self.advice = message, line, details, advice
        words = self.words
        super().__init__(Text("line {line}: {message}", line=line, message=words) if line else words)

    @property
    def words(self) -> str:
        """What happened and what to do about it, without the line."""
        if not self.advice:
            return self.message
        if self.message.endswith("?"):
            return Text("{error} {advice}", error=self.message, advice=self.advice)
        return Text("{error}. {advice}", error=self.message.removesuffix("."), advice=self.advice)


class TimeLimitError(BaseException):
    """The time is over.  No `Exception`, so that `except Exception` in a loop does not catch it."""


def explain(error: BaseException, filename: str) -> CodeError | None:
    """The error as one of the text called `filename`; None if that text has no part in it."""
    if isinstance(error, CodeError):
        return error
    if isinstance(error, SyntaxError) and error.filename == filename:
        message = f"{_kind(error)}: {error.msg}"
        return CodeError(message, error.lineno, _words(error), advice=advice(message, error.text or ""))
    steps = [
        step for step in traceback.walk_tb(error.__traceback__) if step[0].f_code.co_filename == filename
    ]
    if not steps:
        return None
    frame, line = steps[-1]
    details = "".join(traceback.format_list(traceback.StackSummary.extract(steps))) + _words(error)
    return CodeError(_message(error), line, details, advice=_advice(error, frame, line))


def _message(error: BaseException) -> str:
    """The error in words; common ones with what to do."""
    if isinstance(error, TimeLimitError):
        return Text("{error}. Is there a loop that never ends?", error=str(error))
    words = _words(error).strip().removeprefix("nncore.errors.")
    if isinstance(error, RecursionError):
        return Text("RecursionError: a function calls itself without end")
    if isinstance(error, MemoryError) or "array is too big" in words or "Maximum allowed dimension" in words:
        return Text(
            "MemoryError: an array is too large for the memory there is ({words}). Make it smaller",
            words=words,
        )
    if isinstance(said := str(error), Text):  # of nncore's own
        return Text("{kind}: {error}", kind=_kind(error), error=said)
    return words


def _advice(error: BaseException, frame: FrameType, line: int) -> str:
    if isinstance(str(error), Text):
        return ""  # nncore's own words say what to do
    words = _words(error).strip()
    said = advice(words)
    if seen := shapes(words, frame, line):
        return Text("{advice}. Shapes in this line: {shapes}", advice=said, shapes=seen)
    return said


def _kind(error: BaseException) -> str:
    return type(error).__name__


def _words(error: BaseException) -> str:
    return "".join(traceback.TracebackException.from_exception(error).format_exception_only())
