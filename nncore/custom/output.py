"""What code of one's own prints and shows."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.text import Text

MAX_CHARACTERS = 100_000
MAX_ARRAYS = 100
MAX_NUMBERS = 1_000_000  # of one array


@dataclass(frozen=True)
class Printed:
    """A piece of text."""

    text: str


@dataclass(frozen=True)
class Shown:
    """An array to be drawn: (n,) as a curve, (h, w) as a picture, (n, h, w) as n pictures."""

    array: NDArray
    title: str


@dataclass
class Output:
    """What was printed and shown so far, in order.

    Attributes
    ----------
    echo : bool                     print it on the console too
    parts : list of Printed, Shown  at most `MAX_CHARACTERS` and `MAX_ARRAYS`; what follows is left out
    cut : bool                      whether anything was left out
    """

    echo: bool = False
    parts: list[Printed | Shown] = field(default_factory=list)
    cut: bool = False
    _characters: int = 0
    _arrays: int = 0

    @property
    def text(self) -> str:
        """All that was printed."""
        return "".join(part.text for part in self.parts if isinstance(part, Printed))

    def clear(self) -> None:
        """Forget it."""
        self.parts.clear()
        self.cut, self._characters, self._arrays = False, 0, 0

    def print(self, *values: object, file: Any = None, flush: bool = False, **options: Any) -> None:
        """Python's `print`, as code of one's own sees it."""
        if file is not None and file not in (sys.stdout, sys.stderr):
            print(*values, file=file, flush=flush, **options)
            return
        buffer = io.StringIO()
        print(*values, file=buffer, **options)
        if self.echo:
            print(buffer.getvalue(), end="", flush=flush)
        text = buffer.getvalue()[: MAX_CHARACTERS - self._characters]
        self.cut |= len(text) < len(buffer.getvalue())
        self._characters += len(text)
        if text and self.parts and isinstance(self.parts[-1], Printed):
            self.parts[-1] = Printed(self.parts[-1].text + text)
        elif text:
            self.parts.append(Printed(text))

    def show(self, array: Any, title: str = "") -> None:
        """Draw an array: (n,) as a curve, (h, w) as a picture, (n, h, w) as n pictures.

        Raises ValueError for what is no array of one to three axes of numbers, or too large to be drawn.
        """
        values = np.array(array)
        if values.dtype.kind not in "fiub" or not 1 <= values.ndim <= 3 or not values.size:
            raise ValueError(
                Text(
                    "show: got {kind} of shape {shape} and dtype {dtype}, expected numbers of shape (n,) for "
                    "a curve, (h, w) for a picture or (n, h, w) for several",
                    kind=type(array).__name__,
                    shape=values.shape,
                    dtype=values.dtype,
                )
            )
        if values.size > MAX_NUMBERS:
            raise ValueError(
                Text(
                    "show: got {n} numbers, expected at most {most}; show a part",
                    n=values.size,
                    most=MAX_NUMBERS,
                )
            )
        if self.echo:
            name = f"{title}: " if title else ""
            print(f"{name}{values.dtype} {values.shape}, {values.min():.4g} to {values.max():.4g}")
        self._arrays += 1
        if self._arrays > MAX_ARRAYS:
            self.cut = True
        else:
            self.parts.append(Shown(values, title))


#: For scripts: says on the console what would be drawn.
show = Output(echo=True).show
