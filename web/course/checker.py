"""Whether an answer is right, and if not, what is wrong with it.

The functions of an exercise's checks are its questions: each is called with the answer's names around it and
with the solution's, and both must give the same.  A wrong answer that gives exactly the results of a usual
mistake gets that mistake's explanation; any other is told by the first question that it gets wrong: the
error, the question's own complaint, or the difference in words.  Where a slip can be seen in its text
(`web.course.slips`), that is told too, with the line.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import FunctionType
from typing import Any

import numpy as np

from nncore.custom import CodeError, Output, Program
from nncore.custom.advice import advice
from nncore.text import Text
from web.course.compare import difference
from web.course.exercises import Exercise, questions
from web.course.looks import CHANGED
from web.course.slips import Slip, slips, target, where
from web.words import _, ngettext

SECONDS = 1.0  # for each piece of an answer: the page cannot be stopped meanwhile


@dataclass(frozen=True)
class Verdict:
    """What became of an answer.

    Attributes
    ----------
    right : bool
    text : str              why not, or a word on what was tried
    line : int or None      of the answer, if it is about one
    output : Output         what the answer printed and showed
    """

    right: bool
    text: str
    line: int | None
    output: Output


class WrongError(Exception):
    """A question's own complaint about an answer."""


@dataclass(frozen=True)
class _Result:
    """What one question gave: a value, or an error, or a complaint; and what it was about."""

    question: str
    value: Any = None
    error: CodeError | None = None
    complaint: str = ""
    line: int | None = None  # of the answer, that the error or complaint came from
    changed: str = ""  # the name of an array of the checks that was changed in place


def check(exercise: Exercise, answer: str, before: str = "", output: Output | None = None) -> Verdict:
    """Run an answer and the exercise's checks on it; `before` is the code that it builds on."""
    steps = checking(exercise, answer, before, output)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def checking(
    exercise: Exercise, answer: str, before: str = "", output: Output | None = None
) -> Generator[None, None, Verdict]:
    """As `check`, in pieces, for those who have something else to do in between."""
    output = output or Output()

    def wrong(text: str, line: int | None = None) -> Verdict:
        return Verdict(False, text, line, output)

    if not answer.strip():
        return wrong(_("Nothing is written yet."))
    untouched = _same_code(answer, exercise.blank)
    if untouched and "..." in exercise.blank:
        return wrong(_("Nothing is filled in yet: replace `...` by code of your own."))
    got = []
    try:
        for result in ask(exercise, answer, before, output):
            got.append(result)
            yield
    except CodeError as error:
        return wrong(_(str(error)), error.line)
    expected = _known(exercise, exercise.solution, before)
    yield
    if fault := next((result for result in expected if result.error or result.complaint), None):
        return wrong(
            _("This exercise is at fault, not you: its solution fails. {fault}", fault=_words(fault, fault))
        )
    if all(map(_agree, got, expected)):
        return Verdict(True, _praise(expected), None, output)
    if untouched:
        return wrong(_("This is the code as it was given: something in it is to be changed."))
    harmed = any(result.changed for result in got)
    seen = [slip for slip in slips(answer, exercise.solution) if harmed or slip.kind != CHANGED]
    for mistake in exercise.mistakes:
        if _same_results(got, answer, mistake.code, exercise, before):
            explained = frozenset(slip.kind for slip in slips(mistake.code, exercise.solution))
            line = _line_of(got) or where(answer, mistake.code, exercise.solution)
            return wrong(*_with_slip(mistake.explanation, line, seen, explained))
        yield
    first, right = next(pair for pair in zip(got, expected, strict=True) if not _agree(*pair))
    if line := _line_of([first]):
        return wrong(_words(first, right), line)
    return wrong(*_with_slip(_words(first, right), None, seen))


def ask(exercise: Exercise, answer: str, before: str = "", output: Output | None = None) -> Iterator[_Result]:
    """The results of all questions for an answer.  Raises CodeError if the answer itself does not run."""
    given = Program(f"{before}\n\n{exercise.given}", "given", seconds=SECONDS).run()
    program = Program(answer, "your code", seconds=SECONDS, output=output, given=given.defined).run()
    missing = [name for name in names(exercise.solution) if name not in program.defined]
    if missing:
        raise CodeError(Text("there is no {name} any more, expected a definition of it", name=missing[0]))
    for question in _questions(exercise, program):
        yield _put(question, program)


@lru_cache(maxsize=256)
def _known(exercise: Exercise, code: str, before: str) -> list[_Result]:
    """The results of a solution or a mistake, which every answer is compared with."""
    return list(ask(exercise, code, before))


def names(code: str) -> list[str]:
    """The classes and functions that a text defines at its top."""
    return [node.name for node in ast.parse(code).body if isinstance(node, ast.ClassDef | ast.FunctionDef)]


def _questions(exercise: Exercise, program: Program) -> Iterator[Callable[[], Any]]:
    """The functions of the checks, each with names of its own, so that one cannot spoil another's arrays."""
    helpers = {"expect": _expect}
    given = {**program.namespace, **helpers}
    for name in questions(exercise.checks):
        checks = Program(exercise.checks, "checks", seconds=SECONDS, given=given).run()
        question = checks.namespace[name]
        assert isinstance(question, FunctionType)
        yield question


def _expect(condition: object, complaint: str, **values: object) -> None:
    """For questions: complain unless the condition holds; `values` fill the complaint's placeholders."""
    if not condition:
        raise WrongError(_(complaint, **values))


def _put(question: Callable[[], Any], program: Program) -> _Result:
    about = " ".join(_(inspect.getdoc(question) or question.__name__.replace("_", " ")).split())
    arrays = {name: value for name, value in question.__globals__.items() if isinstance(value, np.ndarray)}
    before = {name: value.copy() for name, value in arrays.items()}
    try:
        with program.guard(), np.errstate(all="ignore"):  # what overflows is seen in the results
            value = question()
    except CodeError as error:
        if isinstance(error.__cause__, WrongError):  # on the way through the answer
            return _Result(about, complaint=str(error.__cause__), line=error.line)
        return _Result(about, error=error, line=error.line)
    except WrongError as complaint:
        return _Result(about, complaint=str(complaint))
    except Exception as error:  # raised by nncore or by a question, about what the answer gave them
        kind = type(error).__name__
        told = Text("{kind}: {error}", kind=kind, error=error) if str(error) else kind
        return _Result(about, error=CodeError(told, advice=advice(told)))
    changed = next((name for name in arrays if not np.array_equal(arrays[name], before[name])), "")
    return _Result(about, _frozen(value), changed=changed)


def _frozen(value: Any) -> Any:
    """A copy of arrays, so that what comes later cannot change them."""
    if isinstance(value, tuple | list):
        frozen = [_frozen(item) for item in value]
        return tuple(frozen) if isinstance(value, tuple) else frozen
    return value.copy() if isinstance(value, np.ndarray) else value


def _agree(got: _Result, expected: _Result) -> bool:
    if (got.error is None, got.complaint, got.changed) != (
        expected.error is None,
        expected.complaint,
        expected.changed,
    ):
        return False
    if got.error and expected.error:
        return got.error.message == expected.error.message
    return difference(got.value, expected.value) is None


def _same_results(got: list[_Result], answer: str, code: str, exercise: Exercise, before: str) -> bool:
    try:
        theirs = _known(exercise, code, before)
    except CodeError:
        return False
    return all(_agree(*pair) and _same_place(*pair, answer, code) for pair in zip(got, theirs, strict=True))


def _same_place(got: _Result, theirs: _Result, answer: str, code: str) -> bool:
    """Whether two errors came where the same thing gets its value, as far as others can see it."""
    if not got.line or not theirs.line:
        return True
    return len({target(answer, got.line), target(code, theirs.line)} - {""}) < 2


def _with_slip(
    text: str, line: int | None, seen: list[Slip], explained: frozenset[str] = frozenset()
) -> tuple[str, int | None]:
    """The text and line of a verdict, with the slip that explains most, unless the text is about one."""
    for slip in seen:
        if slip.kind in explained:
            return text, line or slip.line
        if not explained:
            told = _("Line {line}: {slip}", line=slip.line, slip=slip.text)
            return _("{text} {slip}", text=text, slip=told), line or slip.line
    return text, line


def _words(got: _Result, expected: _Result) -> str:
    if got.complaint:
        return got.complaint
    if got.error:
        told = _(str(got.error))
    elif got.changed:
        told = _(
            "the array `{name}` was changed in place; make a new one (`x = x - 1` instead of `x -= 1`)",
            name=got.changed,
        )
    else:
        told = difference(got.value, expected.value) or ""
    if told.endswith((".", "?", "。", "？")):
        return _("{question}: {told}", question=got.question, told=told)
    return _("{question}: {told}.", question=got.question, told=told)


def _line_of(results: list[_Result]) -> int | None:
    return next((result.line for result in results if result.line), None)


def _praise(results: list[_Result]) -> str:
    return ngettext("{n} check passed.", "{n} checks passed.", len(results))


def _same_code(a: str, b: str) -> bool:
    """Whether two texts are the same program, comments and spaces aside."""
    try:
        return ast.dump(ast.parse(a)) == ast.dump(ast.parse(b))
    except SyntaxError:
        return a.strip() == b.strip()
