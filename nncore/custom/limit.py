"""A time limit on code of one's own: a loop without end raises instead of hanging.

From Python 3.12 on through `sys.monitoring`, which is asked for jumps and calls in that code alone and costs
everything else nothing; before, through `sys.settrace`.  A single call into NumPy is not interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from math import inf
from time import perf_counter
from types import CodeType, FrameType
from typing import Any

from nncore.custom.errors import TimeLimitError
from nncore.text import Text

HAS_MONITORING = sys.version_info >= (3, 12)
TOOL = 4  # of the six numbers that sys.monitoring has for tools, one without a fixed meaning

_deadline = inf
_seconds = inf
_turns = count()
_watched: set[str] = set()  # file names, for sys.settrace


def watch(code: CodeType) -> None:
    """Let the time limit hold in `code` and the functions that it defines."""
    if HAS_MONITORING:
        _monitor(code)
    _watched.add(code.co_filename)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitError in watched code that is still running after `seconds`; limits may be nested."""
    global _deadline, _seconds
    before = _deadline, _seconds
    if (deadline := perf_counter() + seconds) < _deadline:
        _deadline, _seconds = deadline, seconds
    traced, trace = sys.gettrace(), not HAS_MONITORING and seconds < inf
    if trace:
        sys.settrace(_trace)
    try:
        yield
    finally:
        _deadline, _seconds = before
        if trace:
            sys.settrace(traced)


def _look_at_the_clock(*_: Any) -> None:
    # Every 16th time: asking for the time takes longer than a turn of a small loop.
    if not next(_turns) & 15 and perf_counter() > _deadline:
        raise TimeLimitError(Text("still running after {seconds:g} seconds", seconds=_seconds))


def _monitor(code: CodeType) -> None:
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    events = monitoring.events.JUMP | monitoring.events.PY_START
    if monitoring.get_tool(TOOL) is None:
        monitoring.use_tool_id(TOOL, "nncore.custom")
        for event in (monitoring.events.JUMP, monitoring.events.PY_START):
            monitoring.register_callback(TOOL, event, _look_at_the_clock)
    monitoring.set_local_events(TOOL, code, events)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _monitor(constant)


def _trace(frame: FrameType, event: str, argument: object) -> Any:
    if frame.f_code.co_filename not in _watched:
        return None
    _look_at_the_clock()
    return _trace
