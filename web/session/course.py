"""The course: which exercise is open, what was answered, and what the checker said about it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, Literal

from nncore.custom import Output
from web.course.answers import Answers, joined
from web.course.checker import Verdict, checking
from web.course.exercises import Course, Exercise, read_course
from web.session.hub import Hub
from web.session.jobs import Jobs
from web.words import _
from web.words.documents import translated

JOB = "course"
OWN = Path(__file__).parents[1] / "course" / "build-it.md"
INTERRUPTED = _(
    "Stopped in the middle of one long call, which only a new start of Python could end. Your answers are as "
    "they were. Is there a loop that never ends, or an array much larger than it needs to be?"
)
Solution = Literal["hidden", "offered", "shown"]


class CourseWork:
    """A visitor at work on a course; emits "course" when anything of it changes.

    Reading the exercises takes a moment, so it waits until somebody opens the course.

    Attributes
    ----------
    source : the Markdown that the exercises come from.
    own : whether they are the page's own.
    answers : what was written so far.
    exercise : the one that is open.
    verdict : on its answer, as it stands; None before it was checked.
    trusted : whether the visitor lets the exercises' code run; false at first for those of others.
    hints : how many of its hints are shown.
    solution : whether its solution is shown; it is offered after the last hint.
    revision : rises when the text in the editor is to be replaced.
    """

    def __init__(self, hub: Hub, jobs: Jobs) -> None:
        self._hub = hub
        self._jobs = jobs
        self._opened: tuple[Answers, Exercise] | None = None
        self._last = ""  # name of the exercise that was open in an earlier visit
        self._answered: dict[str, str] = {}  # a source's title to the answers given to it, as text
        self.source = ""
        self.own = self.trusted = True
        self.verdict: Verdict | None = None
        self.output = Output()
        self.hints = 0
        self._solution_shown = False
        self.revision = 0

    @property
    def opened(self) -> bool:
        """Whether there are exercises yet."""
        return self._opened is not None

    @property
    def answers(self) -> Answers:
        return self._open()[0]

    @property
    def course(self) -> Course:
        """The exercises."""
        return self.answers.course

    @property
    def exercise(self) -> Exercise:
        return self._open()[1]

    @property
    def text(self) -> str:
        """The answer as it stands."""
        return self.answers.text(self.exercise)

    @property
    def checking(self) -> bool:
        """Whether an answer is being checked."""
        return self._jobs.running(JOB)

    @property
    def complete(self) -> bool:
        """Whether all exercises are solved."""
        return len(self.answers.right) == len(self.course.exercises)

    @property
    def solution(self) -> Solution:
        if self._solution_shown:
            return "shown"
        return "offered" if self.hints == len(self.exercise.hints) else "hidden"

    # -- commands ----------------------------------------------------------------------------------------

    def bring(self, markdown: str, *, own: bool = False) -> None:
        """Open other exercises; those of others run nothing before `trust`.  Raises CourseError."""
        course = read_course(translated(markdown, _) if own else markdown)
        self.stop()
        self._note_answers()
        answers = Answers(course)
        answers.read(self._answered.get(_title(markdown), ""))
        last = (exercise for exercise in course.exercises if exercise.id == self._last)
        self.source, self.own, self.trusted = markdown, own, own
        self._opened = answers, next(last, course.exercises[0])
        self._turn()

    def bring_own(self) -> None:
        """Open the course that comes with the page."""
        self.bring(OWN.read_text("utf-8"), own=True)

    def trust(self) -> None:
        """Let the code of the exercises run: the visitor has seen it and says so."""
        self.trusted = True
        self._hub.emit("course")

    def go(self, id: str) -> None:
        """Open an exercise; an unknown name is ignored."""
        found = next((exercise for exercise in self.course.exercises if exercise.id == id), None)
        if found:
            self.stop()
            self._opened = self.answers, found
            self._turn()

    def next(self) -> None:
        """Open the exercise that follows."""
        exercises = self.course.exercises
        self.go(exercises[min(exercises.index(self.exercise) + 1, len(exercises) - 1)].id)

    def write(self, text: str) -> None:
        """Take what was typed."""
        if text != self.text:
            self.answers.write(self.exercise, text)
            self.verdict = None
            self._hub.emit("course")

    def restart(self) -> None:
        """Put the blank back in place of the answer."""
        self.stop()
        self.answers.texts.pop(self.exercise.id, None)
        self.answers.right.discard(self.exercise.id)
        self._turn()

    def hint(self) -> None:
        """Show one more hint."""
        self.hints = min(self.hints + 1, len(self.exercise.hints))
        self._hub.emit("course")

    def show_solution(self) -> None:
        """Show the solution, beside the answer."""
        self._solution_shown = True
        self._hub.emit("course")

    def check(self) -> None:
        """Run the answer and the checks, in slices."""
        if not self.trusted:
            return
        self.stop()
        self.verdict, self.output = None, Output()
        self._jobs.start(JOB, self._work(), self._done, risky=True)
        self._hub.emit("course")

    def stop(self) -> None:
        """Stop checking."""
        if self.checking:
            self._jobs.cancel(JOB)
            self.verdict = Verdict(False, _("Stopped before it came to its end."), None, self.output)
            self._hub.emit("course")

    def interrupt(self) -> None:
        """Say that Python was ended in the middle of a check, and started again."""
        self._open()
        self.verdict = Verdict(False, INTERRUPTED, None, self.output)
        self._hub.emit("course")

    def read_answers(self, text: str) -> int:
        """Take over answers from a file; returns how many there were.  Nothing is run."""
        found = self.answers.read(text)
        self._turn()
        return found

    # -- what is kept ------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """All that is to survive a reload, ready for JSON."""
        self._note_answers()
        own = self.own or self._opened is None
        return {
            "answers": dict(self._answered),
            "exercise": self.exercise.id if self._opened else self._last,
            "exercises": "" if own else self.source,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what was kept; other people's exercises are not trusted again.  Nothing is run."""
        self._answered = {str(title): str(text) for title, text in dict(state["answers"]).items()}
        self._last = str(state["exercise"])
        if markdown := str(state["exercises"]):
            self.bring(markdown)

    def take_over(self, answers: Mapping[str, str], common: Mapping[str, str]) -> None:
        """Join what was answered elsewhere, as `state_dict` has it, with what is here.

        `common` is what both of them once were.
        """
        self._note_answers()
        for title, theirs in answers.items():
            self._answered[title] = joined(self._answered.get(title, ""), theirs, common.get(title, ""))
        if self._opened:
            text = self.text
            self.answers.read(self._answered.get(_title(self.source), ""))
            if self.text != text:
                self._turn()
            else:
                self._hub.emit("course")

    def _note_answers(self) -> None:
        if self._opened and self.answers.texts:
            self._answered[_title(self.source)] = self.answers.to_text()

    # -- what comes of it --------------------------------------------------------------------------------

    def _open(self) -> tuple[Answers, Exercise]:
        if self._opened is None:
            self.bring_own()
        assert self._opened is not None
        return self._opened

    def _work(self) -> Generator[None, None, tuple[Exercise, str, Verdict]]:
        exercise, text = self.exercise, self.text
        verdict = yield from checking(exercise, text, self.answers.before(exercise), self.output)
        return exercise, text, verdict

    def _done(self, result: tuple[Exercise, str, Verdict]) -> None:
        exercise, text, verdict = result
        if exercise is not self.exercise or text != self.text:
            self._hub.emit("course")  # it was changed meanwhile: check it again
            return
        self.verdict = verdict
        if verdict.right:
            self.answers.passed(exercise, text)
        self._hub.emit("course")

    def _turn(self) -> None:
        """Another text is to stand in the editor."""
        self.verdict, self.output, self.hints, self._solution_shown = None, Output(), 0, False
        self.revision += 1
        self._hub.emit("course")


def _title(markdown: str) -> str:
    """By which answers are kept: the same whatever language the course is read in."""
    return markdown.lstrip().partition("\n")[0].removeprefix("#").strip()
