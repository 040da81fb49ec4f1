"""Code of one's own on the command line: from a file, or out of a saved model if that was allowed."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from math import inf
from pathlib import Path

from nncore import custom
from nncore.checkpoint import Checkpoint
from nncore.custom import Output, Program
from nncore.data.dataset import Dataset
from nncore.errors import CheckpointError, DataError
from nncore.losses import Loss
from nncore.module import Sequential
from nncore.recipe import Recipe


def program(file: Path | None, allowed: bool, model: Path | None, saved: Checkpoint | None) -> Program:
    """The program of a `file`, else of the `saved` model, run; one without parts if neither has any.

    Raises CheckpointError if the model has code and nobody `allowed` to run it, CodeError if it does not run.
    """
    if file is not None:
        return _run(_read(file), file.name)
    if saved is None or not saved.code:
        return Program("")
    if not allowed:
        raise CheckpointError(
            f"{model}: the network is made with Python code of its own, which can do whatever a program of "
            f"yours can; read it with: python -m nncore code {model}, and if you trust it add --run-code"
        )
    return _run(saved.code, f"code in {model}")


def build(saved: Checkpoint, model: Path, allowed: bool) -> tuple[Sequential, Loss]:
    """The saved network and its loss."""
    own = program(None, allowed, model, saved)
    return saved.build_model(program=own), custom.build_criterion(saved.recipe, own)


def aside(alone: bool) -> AbstractContextManager[object]:
    """While this lasts, what a network's code prints goes to stderr: if stdout is for the result `alone`."""
    return redirect_stdout(sys.stderr) if alone else nullcontext()


def report(own: Program, recipe: Recipe, data: Dataset) -> None:
    """Say on stderr what the checks found about each part of a program; a wrong one may be meant so."""
    for finding in custom.findings(own, recipe, data):
        mark = "right" if finding.ok else "WRONG"
        line = f", line {finding.line}" if finding.line else ""
        print(f"{finding.part}{line}: {mark}: {finding.text}", file=sys.stderr)
        for sample in finding.table:
            place = f"{sample.name}[{', '.join(map(str, sample.index))}]"
            print(
                f"    {place:20} analytic {sample.analytic:+.6e}  numeric {sample.numeric:+.6e}",
                file=sys.stderr,
            )


def _run(text: str, name: str) -> Program:
    return Program(text, name, seconds=inf, output=Output(echo=True)).run()  # Ctrl+C ends it


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"{file}: no such file") from None
    except UnicodeDecodeError:
        raise DataError(f"{file}: not a text, expected Python code in UTF-8") from None
