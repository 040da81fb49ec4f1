"""The course: an exercise to read, an editor for the answer, the checker's word on it."""

from __future__ import annotations

from typing import Any

import panel as pn

from nncore.errors import RecipeError
from web.browser import bridge
from web.components.bar import file_contents
from web.course.answers import HEAD
from web.course.check_pane import CheckPane
from web.course.exercises import CourseError
from web.course.lesson import LessonPane
from web.editor import CodeEditor, OutputPane
from web.insight.source import completions
from web.session import Session
from web.share.course_link import course_link, exercises_link, in_course, linked_exercises, wanted_exercise
from web.views.layout import column
from web.views.view import View
from web.words import _

#: What goes with the course's network: its loss is the notebook's, its optimiser has momentum.
TRAINING = {"loss": "softmax_log_nll", "optimizer": "sgd", "lr": 0.1, "momentum": 0.9, "schedule": "cosine"}
#: Text and editor, below each other where there is no room for both.
SIDE_BY_SIDE = {"display": "flex", "flex-flow": "row wrap", "gap": "var(--space-4) var(--space-5)"}
NARROW = {"flex": "1 1 400px", "min-width": "0", "max-width": "100%"}


class CourseView(View):
    """Fills the page while the address says so; its parts are made when that happens first."""

    topics = ("course", "code")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._work = session.course
        self._layout = pn.Column(sizing_mode="stretch_width")
        self._revision = 0
        self._train_when_right = False
        bridge.on("hash", self._follow)

    def show(self) -> None:
        self._follow(bridge.get_hash())
        super().show()

    # -- the address -------------------------------------------------------------------------------------

    def _follow(self, address: str) -> None:
        """Open what the address asks for."""
        if not in_course(address):
            return
        try:
            if markdown := linked_exercises(address):
                if markdown != self._work.source:
                    self._work.bring(markdown)
            elif name := wanted_exercise(address):
                self._work.go(name)
        except CourseError as error:
            bridge.notify(_(str(error)), "error")
        if not len(self._layout):
            self._make()
            if bridge.interrupted() == "course":
                self._work.interrupt()
        self.refresh()

    def _make(self) -> None:
        self._lesson = LessonPane(self._lesson_command, styles=NARROW)
        self._editor = CodeEditor(
            self._work.write, self._work.check, names=completions(), sizing_mode="stretch_width"
        )
        self._check = CheckPane(self._check_command, sizing_mode="stretch_width")
        self._output = OutputPane(sizing_mode="stretch_width")
        answer = column(self._editor, self._check, self._output, styles={**NARROW, "gap": "var(--space-3)"})
        self._layout.append(column(self._lesson, answer, styles=SIDE_BY_SIDE))

    # -- what is shown -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        work = self._work
        if self._train_when_right and self.session.code.state in ("right", "wrong"):
            self._train_when_right = False
            if self.session.code.state == "right":
                self.session.train()
        if not len(self._layout):
            return
        course, exercise, verdict = work.course, work.exercise, work.verdict
        self._lesson.param.update(
            course=course.title,
            exercises=[
                {"id": one.id, "title": one.title, "solved": one.id in work.answers.right}
                for one in course.exercises
            ],
            current=exercise.id,
            text=(course.intro if exercise is course.exercises[0] else "") + exercise.text,
            hints=list(exercise.hints[: work.hints]),
            left=len(exercise.hints) - work.hints,
            offered=work.solution == "offered",
            solution=exercise.solution if work.solution == "shown" else "",
        )
        self._check.param.update(
            verdict="" if verdict is None else "right" if verdict.right else "wrong",
            text=verdict.text if verdict else _("Running …") if work.checking else "",
            checking=work.checking,
            last=exercise is course.exercises[-1],
            network=work.complete and "network" in work.answers.right,
            source="" if work.trusted else work.source,
        )
        if self._revision != work.revision:
            self._revision = work.revision
            self._editor.show(work.text)
        self._editor.marks = (
            [{"line": verdict.line, "message": verdict.text}] if verdict and verdict.line else []
        )
        self._output.show(verdict.output if verdict else work.output)

    # -- what was pressed --------------------------------------------------------------------------------

    def _check_command(self, command: str) -> None:
        {
            "run": self._work.check,
            "stop": self._work.stop,
            "restart": self._work.restart,
            "next": self._work.next,
            "trust": self._work.trust,
            "train": self._train,
        }[command]()

    def _lesson_command(self, command: str, value: Any) -> None:
        work = self._work
        match command:
            case "go":
                work.go(value)
                if work.own:
                    bridge.set_hash(course_link(value))
            case "hint":
                work.hint()
            case "solution":
                work.show_solution()
            case "own":
                work.bring_own()
                bridge.set_hash(course_link())
            case "save":
                bridge.download("my answers.py", work.answers.to_text().encode(), "text/x-python")
            case "whole":
                bridge.download("my_network.py", work.answers.whole().encode(), "text/x-python")
            case "link":
                bridge.copy_text(f"{value}{course_link() if work.own else exercises_link(work.source)}")
            case "files":
                for name, content in file_contents(value).items():
                    self._take(name, content)

    def _take(self, name: str, content: bytes) -> None:
        """Open a file: answers, or exercises."""
        try:
            text = content.decode()
            if not text.startswith(HEAD):
                self._work.bring(text)
                bridge.set_hash(course_link())
            elif found := self._work.read_answers(text):
                bridge.notify(_("{found} answers were opened.", found=found))
            else:
                bridge.notify(_("{name} holds no answers to these exercises.", name=name), "error")
        except (UnicodeDecodeError, CourseError) as error:
            bridge.notify(f"{name}: {error}", "error")

    def _train(self) -> None:
        """Put the whole of the visitor's code in place, on MNIST where there is MNIST, and train it."""
        session = self.session
        bridge.set_hash("")  # back to the lab, whose address the settings write
        names = session.library.names
        try:
            session.configure(**TRAINING, dataset="mnist" if "mnist" in names else session.recipe.dataset)
        except RecipeError as error:
            bridge.notify(_(str(error)), "error")
            return
        session.code.edit(self._work.answers.whole())
        self._train_when_right = True
        session.code.run()

    def __panel__(self) -> Any:
        return self._layout
