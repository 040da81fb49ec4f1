"""Digits that people wrote on a tablet: to examine the ready-made network, never to train it.

They are read from files in UNIPEN's format (Guyon et al. 1994), such as the UCI pen digits in their
unnormalised version and the isolated digits, `data/1a`, of UNIPEN's own `train_r01_v07`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nncore.errors import DataError
from nncore.ops import Array
from nncore.preprocess import Stroke
from nncore.preprocess.strokes import at_neutral_pressure

SIZE = 0.6  # of the pad: how large a recorded digit is drawn
WIDTH = 0.065  # of the pad: the pen of the page

Component = list[list[float]]  # the points from where the pen came down to where it was lifted


class Recording(NamedTuple):
    """A recorded digit, as strokes the pad would send."""

    digit: int
    strokes: list[Stroke]


def read_recordings(place: Path) -> list[Recording]:
    """The digits in a file, or in all files of a folder and its folders.

    Segments that are no single digit are left out, and those whose points are not there. Files that are
    included are looked for in the folder `include` beside any folder that `place` lies in.

    Raises
    ------
    DataError
        `place` cannot be read, is damaged, or holds no digit.
    """
    files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
    found = [recording for file in files for recording in _read(file)]
    if not found:
        raise DataError(f'{place}: found no `.SEGMENT ... "8"` with the points it names, as UNIPEN has them')
    return found


def _read(file: Path) -> list[Recording]:
    try:
        return list(_digits(file))
    except DataError:
        raise
    except (ValueError, IndexError) as error:
        raise DataError(
            f"{file}: {error}; expected numbers for points and strokes, X and Y in .COORD, as in UNIPEN"
        ) from error


def _digits(file: Path) -> Iterator[Recording]:
    components: list[Component] = []
    segments: list[tuple[str, int]] = []
    x, y = 0, 1  # columns of the points
    down = False
    for line in _lines(file):
        words = line.split()
        keyword = words[0]
        if keyword == ".COORD":
            x, y = words.index("X") - 1, words.index("Y") - 1
        elif keyword in (".PEN_DOWN", ".PEN_UP"):
            down = keyword == ".PEN_DOWN"
            if down:
                components.append([])
        elif segment := re.match(r'\.SEGMENT\s+(?:CHARACTER|DIGIT)\s+(\S+)\s+\S+\s+"(\d)"', line):
            segments.append((segment[1], int(segment[2])))
        elif down and not keyword.startswith("."):
            components[-1].append([float(words[x]), float(words[y])])
    for named, digit in segments:
        parts = [part for part in _named(components, named) if part]
        if parts:
            yield Recording(digit, _strokes(parts))


def _lines(file: Path) -> Iterator[str]:
    """The lines that say something, of the file and of those it includes."""
    try:
        text = file.read_text(encoding="latin-1")
    except OSError as error:
        raise DataError(f"{file}: {error.strerror}; expected recordings in UNIPEN's format") from error
    for line in text.splitlines():
        if line.startswith(".INCLUDE"):
            name = line.split()[1].strip('"')
            places = (folder / "include" / name for folder in file.absolute().parents)
            for place in filter(Path.is_file, places):
                yield from _lines(place)
        elif line.strip():
            yield line


def _named(components: list[Component], named: str) -> list[Component]:
    """The components that a segment names, "3", "3-4", "3,7" or, of some only the points, "3:10-4:25"."""
    parts = []
    for term in named.split(","):
        first, _, last = term.partition("-")
        (start, _, low), (end, _, high) = (number.partition(":") for number in (first, last or first))
        for index in range(int(start), int(end) + 1):
            if index >= len(components):
                return []
            begin = int(low) if low and index == int(start) else 0
            stop = int(high) + 1 if high and last and index == int(end) else None
            parts.append(components[index][begin:stop])
    return parts


def _strokes(parts: list[Component]) -> list[Stroke]:
    """Points, y upwards, as strokes in the middle of the pad."""
    points = np.concatenate(parts)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = SIZE / max(float((high - low).max()), 1e-9)

    def on_pad(part: Component) -> Array:
        placed = 0.5 + (np.array(part) - (low + high) / 2) * scale * (1, -1)
        return at_neutral_pressure(placed)

    return [Stroke(on_pad(part), WIDTH) for part in parts]
