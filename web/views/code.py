"""The visitor's own code: read a part of the network, change it, run it, see whether it is right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from nncore.custom import Finding, original, original_named
from nncore.trainer import Trainer
from web.browser import bridge
from web.browser.module_text import module_text
from web.components.note import Note
from web.components.table import Table
from web.components.toolbar import Toolbar, button, select
from web.editor import CodeEditor, OutputPane, SourcePane
from web.insight.source import completions, parts, reference, words
from web.session import Session
from web.session.hub import Topic
from web.views.layout import column, side_by_side
from web.views.view import View
from web.words import _

ABOUT = _(
    "Every part of your network is some lines of Python. Choose one and change it, or write your own: a "
    "class with forward and backward_input, a loss, an optimiser, a schedule, a whole Sequential. Run code "
    "checks shapes and gradients, and puts it in place of the original; then train it, and compare. print(…) "
    "and show(array) appear below. Ctrl+Enter runs."
)
UNREAD = _(
    "This code came with a link or a file and has not been run. It can do whatever any script of this page "
    "can: read it, and run it only if you trust it."
)
INTERRUPTED = _(
    "Wrong. Stopped in the middle of one long call, which only a new start of Python could end. Your text, "
    "your network and your drawing are as they were before the run."
)
TONES = {"right": "good", "wrong": "bad", "unread": "warn"}  # of the code's states
FIRST = "Linear"  # which is shown until another is chosen
TABLE_ROWS = 8


class CodeView(View):
    """An editor, what the code printed and showed, and what was found out about it."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        code = session.code
        self._part: Any = None  # of nncore, whose source is shown
        self._shown = ""  # what Python last put in the box, or was told of it
        self._task: asyncio.Task[None] | None = None
        self._source = SourcePane(sizing_mode="stretch_width")
        self._choice = Toolbar(
            {"part": code.choose, "change": lambda _: self._change()},
            label=_("Parts of the network"),
            sizing_mode="stretch_width",
        )
        self._editor = CodeEditor(
            self._edited, code.run, kept="code", names=completions(), sizing_mode="stretch_width"
        )
        self._bar = Toolbar(
            {
                "run": lambda _: code.run(),
                "stop": lambda _: code.stop(),
                "used": lambda _: code.show_used(),
                "discard": lambda _: code.discard(),
                "save": lambda _: bridge.download("mine.py", code.text.encode(), "text/x-python"),
            },
            label=_("Code"),
            sizing_mode="stretch_width",
        )
        self._check = Note(label=_("Check"), sizing_mode="stretch_width")
        self._table = Table(
            [_("Derivative in")], [_("Yours"), _("By finite differences")], sizing_mode="stretch_width"
        )
        self._output = OutputPane(sizing_mode="stretch_width")
        self._layout = column(
            Note(title=_("Write it yourself"), text=ABOUT, sizing_mode="stretch_width"),
            self._choice,
            side_by_side(self._source, self._editor, least=480),
            self._bar,
            self._check,
            self._table,
            self._output,
            gap=3,
        )

    def listeners(self) -> dict[Topic, Callable[[], None]]:
        return {"code": self.refresh, "model": self._show_part}

    def refresh(self) -> None:
        self._show_part()
        self._show_code()

    def _show_part(self) -> None:
        training = self.session.training
        found = parts(training.trainer, training.recipe)
        asked = original_named(self.session.code.part)  # it may be none of this network's
        part = found.get(self.session.code.part) or asked or found.get(FIRST) or next(iter(found.values()))
        found.setdefault(part.__name__, part)
        self._choice.set(
            select("part", _("Part"), {name: words(each) for name, each in found.items()}, part.__name__),
            button(
                "change",
                _("Change it"),
                _("Put its source in the editor, to be changed"),
                disabled=part is Trainer,  # which drives all parts, and is there to be read
            ),
        )
        if part is not self._part:
            self._part = part
            self._task = asyncio.get_running_loop().create_task(self._show_source(part))

    async def _show_source(self, part: Any) -> None:
        if text := await self._text(part, imports=False):
            self._source.param.update(part=part.__name__, text=text.strip(), reference=reference(part))

    def _show_code(self) -> None:
        code = self.session.code
        if code.text != self._shown:
            self._shown = code.text
            if code.resuming and code.state == "running":
                self._editor.text = code.text  # a draft of the last visit comes before it
            else:
                self._editor.show(code.text)
        running = code.state == "running"
        behind = code.in_use and code.used != code.text
        self._bar.set(
            button("run", _("Run code"), "Ctrl+Enter", primary=True, disabled=running),
            button(
                "stop", _("Stop code"), _("The network stays as it was"), disabled=not running, stops="code"
            ),
            *([button("used", _("Show the code in use"), _("Ctrl+Z brings yours back"))] if behind else []),
            button("discard", _("Use nncore's own again"), _("The text stays"), disabled=not code.in_use),
            button(
                "save",
                _("Save as a file"),
                _("For: {command}", command="python -m nncore train --code mine.py"),
                disabled=not code.text,
            ),
        )
        problems = [finding for finding in code.findings if not finding.ok]
        self._check.text = self._verdict(problems)
        self._check.tone = "bad" if code.interrupted else TONES.get(code.state, "")
        self._editor.marks = [
            {"line": line, "message": message}
            for line, message in [
                *((finding.line, finding.text) for finding in problems),
                *([(code.problem.line, code.problem.words)] if code.problem else []),
            ]
            if line
        ]
        samples = next((finding.table for finding in problems if finding.table), ())
        self._table.set(
            [f"{sample.name}{list(sample.index)}", f"{sample.analytic:.6g}", f"{sample.numeric:.6g}"]
            for sample in samples[:TABLE_ROWS]
        )
        self._output.show(code.output)

    def _verdict(self, problems: list[Finding]) -> str:
        code = self.session.code
        if code.interrupted:
            return INTERRUPTED
        if code.state == "unread":
            return UNREAD
        if code.state == "running":
            return _("Running …")
        if code.state == "wrong":
            words = [f"{finding.part}: {_(finding.text)}" for finding in problems]
            first = _(str(code.problem)) if code.problem else words[0]
            return "\n\n".join([_("Wrong. {problem}", problem=first), *words[1:]])
        if code.state == "right" and code.findings:
            found = "\n\n".join(f"{finding.part}: {_(finding.text)}" for finding in code.findings)
            return _(
                "Right: it is in place of the original. Press Train to see what it does.\n\n{found}",
                found=found,
            )
        if code.state == "right":
            return _("Right: it ran to its end. It defines no part of a network, so yours is as it was.")
        if code.in_use and code.used != code.text:
            return _("Changed since it was run: the network still has the code as it was then.")
        return ""

    def _edited(self, text: str) -> None:
        self._shown = text
        self.session.code.edit(text)

    def _change(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._bring(self._part))

    async def _bring(self, part: Any) -> None:
        """Put a part's source below what is in the editor already."""
        if text := await self._text(part):
            present = self.session.code.text.rstrip()
            self.session.code.edit(f"{present}\n\n\n{text}" if present else text)

    async def _text(self, part: Any, *, imports: bool = True) -> str:
        """The source of a part; "" where it cannot be had, which is told."""
        try:
            return original(part, await module_text(part.__module__), imports=imports)
        except bridge.FetchError as error:
            self._choice.status = _(str(error))
            return ""

    def __panel__(self) -> Any:
        return self._layout
