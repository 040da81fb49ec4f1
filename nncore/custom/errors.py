"""What went wrong in code of one's own, with the line it happened in."""

from __future__ import annotations

import traceback

from nncore.text import Text


class CodeError(Exception):
    """Code of one's own could not be run, or raised something.

    Attributes
    ----------
    line : int or None     the line of the text, counted from 1; None if it is none in particular
    details : str          the traceback through that code alone, for those who want it
    """

    def __init__(self, message: str, line: int | None = None, details: str = "") -> None:
        self.message, self.line, self.details = message, line, details
        super().__init__(Text("line {line}: {message}", line=line, message=message) if line else message)


class TimeLimitError(BaseException):
    """The time is over.  No `Exception`, so that `except Exception` in a loop does not catch it."""


def explain(error: BaseException, filename: str) -> CodeError | None:
    """The error as one of the text called `filename`; None if that text has no part in it."""
    if isinstance(error, CodeError):
        return error
    if isinstance(error, SyntaxError) and error.filename == filename:
        return CodeError(f"{_kind(error)}: {error.msg}", error.lineno, _words(error))
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == filename]
    if not frames:
        return None
    line = frames[-1].lineno
    details = "".join(traceback.format_list(frames)) + _words(error)
    return CodeError(_message(error), line, details)


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


def _kind(error: BaseException) -> str:
    return type(error).__name__


def _words(error: BaseException) -> str:
    return "".join(traceback.TracebackException.from_exception(error).format_exception_only())
