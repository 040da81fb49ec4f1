"""The visitor's own code: run when the visitor says so, checked, and put in place of nncore's parts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from functools import partial
from typing import Literal

from nncore.checkpoint import Checkpoint
from nncore.custom import CodeError, Finding, Output, Program, findings, original_named
from nncore.errors import CheckpointError, RecipeError
from web.session.experiment import Experiment, Past
from web.session.hub import Hub
from web.session.jobs import Jobs
from web.session.library import Library
from web.session.notebook_imports import stand_ins
from web.session.training import Training
from web.words import _

CodeState = Literal["unread", "written", "running", "right", "wrong"]
JOB = "code"
MOST = 100_000  # characters


class Code:
    """A text, and what came of it; emits "code" when either changes.

    Nothing of it runs before `run`, which only the visitor commands, having the text in view: code from a
    link or a file is shown first, and can do whatever a script of the page can.

    Attributes
    ----------
    text : as it stands in the editor.
    state : "unread" if it came from a link or a file, "written" since it was changed, then what became of
        the last run.
    findings : what was found out about each part that it defines.
    problem : what stopped it, or None.
    output : what it printed and showed.
    part : name of the part of nncore whose source is to be read beside it.
    asked : rises when somebody asks for code to be seen.
    interrupted : whether Python had to be ended because it would not stop, and has been started again.
    resuming : whether the network of the last visit waits for the code that it is made with, until that has
        run or another network takes its place.
    fetch_imports : gets what a text imports and is not at hand yet; awaited before it is run.
    """

    def __init__(self, hub: Hub, training: Training, library: Library, jobs: Jobs) -> None:
        self._hub = hub
        self._training = training
        self._library = library
        self._jobs = jobs
        self._belongs_to: tuple[Checkpoint, Past | None] | None = None  # a network that waits for it
        hub.subscribe("model", self._another_network)
        self.text = ""
        self.state: CodeState = "written"
        self.findings: list[Finding] = []
        self.problem: CodeError | None = None
        self.output = Output()
        self.part = ""
        self.asked = 0
        self.interrupted = self.resuming = False
        self.fetch_imports: Callable[[str], Awaitable[None]] | None = None

    @property
    def in_use(self) -> bool:
        """Whether the present network is made with code of the visitor's own."""
        return bool(self._training.experiment.program.parts)

    @property
    def used(self) -> str:
        """The text that the present network is made with; "" without."""
        return self._training.experiment.program.text

    def edit(self, text: str) -> None:
        """Take what was typed, now or in the last visit; what is in use stays so until it is run again."""
        if text != self.text:
            self.text = text[:MOST]
            if self.state != "running":
                self.state = "written"
            self._hub.emit("code")

    def bring(self, text: str, belongs_to: tuple[Checkpoint, Past | None] | None = None) -> None:
        """Take a text from a link or a file, to be read before it is run, and the network made with it."""
        self.stop()
        self.text, self.state, self._belongs_to = text[:MOST], "unread", belongs_to
        self.interrupted = False
        self.asked += 1
        self._clear()
        self._hub.emit("code")

    def read(self, part: str) -> None:
        """Show the source of a part of nncore, or for the visitor's own the text that is in use."""
        if original_named(part) is None and self.in_use:
            self.show_used()
        else:
            self.part = part
        self.asked += 1
        self._hub.emit("code")

    def choose(self, part: str) -> None:
        """Choose the part of nncore whose source is to be read."""
        self.part = part
        self._hub.emit("code")

    def run(self) -> None:
        """Run the text in slices, check what it defines, and if that is right train with it from now on."""
        self.interrupted = False
        self._start(self.text)

    def resume(self, text: str, belongs_to: tuple[Checkpoint, Past | None]) -> None:
        """Run the text that was in use in the last visit, and take up the network made with it."""
        self.resuming, self._belongs_to = True, belongs_to
        self.text = self.text or text
        self._start(text, risky=False)

    def stop(self) -> None:
        """Stop the run under way, if there is one; the network stays as it is."""
        if self._jobs.running(JOB):
            self._jobs.cancel(JOB)
            self._end("wrong", CodeError(_("stopped; nothing was changed")))

    def discard(self) -> None:
        """Train with nncore's own parts again; the text stays."""
        if self.in_use:
            self._training.use(None)
            self._hub.emit("code")

    def show_used(self) -> None:
        """Bring back the text that the present network is made with."""
        self.edit(self.used)

    def interrupt(self) -> None:
        """Say that Python was ended in the middle of a run, and started again."""
        self.interrupted = True
        self.asked += 1
        self._hub.emit("code")

    def _another_network(self) -> None:
        """Somebody went on with another network than the one that waits."""
        self.resuming, self._belongs_to = False, None

    def _start(self, text: str, risky: bool = True) -> None:
        self.stop()
        self._clear()
        try:
            modules = stand_ins(self.output, lambda: self._library.get("mnist"))
            program = Program(text, output=self.output, modules=modules)
        except CodeError as problem:
            self._end("wrong", problem)
            return
        self.state = "running"
        self._hub.emit("code")
        self._jobs.start(
            JOB,
            self._work(program),
            lambda result: self._done(program, result),
            lambda _: self._hub.emit("code"),
            before=partial(self.fetch_imports, text) if self.fetch_imports else None,
            risky=risky,
        )

    def _work(self, program: Program) -> Generator[None, None, CodeError | None]:
        try:
            yield from program.steps()
            for finding in findings(program, self._training.recipe, self._training.train_data):
                self.findings.append(finding)
                yield
        except CodeError as problem:
            return problem
        return None

    def _done(self, program: Program, problem: CodeError | None) -> None:
        if problem or not all(finding.ok for finding in self.findings):
            self._end("wrong", problem)
        else:
            self._put_to_use(program)

    def _put_to_use(self, program: Program) -> None:
        try:
            if self._belongs_to:
                saved, past = self._belongs_to
                data = self._training.train_data, self._training.test_data
                self._training.install(Experiment.restored(saved, data, past, program), data)
            elif program.parts:
                self._training.use(program)
        except (CheckpointError, RecipeError) as error:
            self._end("wrong", CodeError(str(error)))
        else:
            # It may have been changed meanwhile, or be a draft beside the network of the last visit.
            self._end("right" if self.text == program.text else "written", None)

    def _clear(self) -> None:
        self.findings, self.problem, self.output = [], None, Output()

    def _end(self, state: CodeState, problem: CodeError | None) -> None:
        self.state, self.problem = state, problem
        self._hub.emit("code")
