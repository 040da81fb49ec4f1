"""Examines the ready-made network on drawings it was not trained on: `python -m web.pretrained.check`.

With `--recordings PLACE ...` on what people wrote on a tablet, as `recordings` reads it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nncore import checkpoint
from nncore.evaluate import predict
from nncore.losses import CrossEntropyLoss
from nncore.metrics import expected_calibration_error
from nncore.module import Sequential
from nncore.ops import Array
from nncore.preprocess import Stroke, prepare
from nncore.preprocess.strokes import at_neutral_pressure, smooth_path
from web.pad.verdict import Certainty, judge
from web.pretrained import WEIGHTS
from web.pretrained.recordings import WIDTH, read_recordings

TRACES = Path(__file__).with_name("traces.txt")
HANDS = 20  # variations of each trace
SHARP = 0.5  # the cosine of what counts as a turn, for `few_points`: 60 degrees
CELL = 0.025  # of the pad: what a coarse mouse moves at a time


class Trace(NamedTuple):
    """A recorded drawing: `digit` is None for what is no digit; strokes (N, 2) float32 in 0..1."""

    digit: int | None
    style: str
    strokes: list[Array]


def traces() -> list[Trace]:
    """The traces of `traces.txt`."""
    rows = [row for row in TRACES.read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
    return [_parse(row) for row in rows]


def _parse(row: str) -> Trace:
    digit, style, points = row.split(" ", 2)
    strokes = [
        np.array([point.split(",") for point in stroke.split()], dtype=np.float32) / np.float32(100)
        for stroke in points.split("|")
    ]
    return Trace(None if digit == "-" else int(digit), style, strokes)


def variations(trace: Trace, count: int, seed: int) -> Iterator[list[Stroke]]:
    """The trace as `count` people might draw it: slanted, stretched, small, off-centre, unsteady."""
    rng = np.random.default_rng([seed, len(trace.strokes), *map(ord, trace.style)])
    for _ in range(count):
        angle, slant = np.deg2rad(rng.uniform(-10, 10)), rng.uniform(-0.25, 0.45)
        wide, high = rng.uniform(0.6, 1.15), rng.uniform(0.8, 1.1)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        matrix = turn @ np.array([[wide, -slant * high], [0, high]])
        size, place = rng.uniform(0.25, 0.7), rng.uniform(0.35, 0.65, 2)
        unsteady = rng.uniform(0, 0.02)
        strokes = []
        for stroke in trace.strokes:
            shaken = stroke - 0.5 + rng.normal(0, unsteady, stroke.shape) + rng.normal(0, 0.015, 2)
            points = shaken @ matrix.T * size + place
            strokes.append(Stroke(at_neutral_pressure(points), WIDTH))
        yield strokes


def few_points(stroke: Stroke) -> Stroke:
    """The stroke as a slow tablet records it: every other point lost, but where the pen turns, slowly."""
    steps = np.diff(stroke.points[:, :2], axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    cosines = (steps[:-1] * steps[1:]).sum(axis=1) / (lengths[:-1] * lengths[1:])
    kept = np.arange(len(stroke.points)) % 2 == 0
    kept[1:-1] |= cosines < SHARP
    kept[-1] = True
    return Stroke(stroke.points[kept], stroke.width)


def stepped(stroke: Stroke) -> Stroke:
    """The stroke as a mouse records it that moves a cell at a time, sideways or up and down."""
    path = smooth_path(stroke.points, 0.005)
    cells = np.rint(path[:, :2] / CELL)
    steps = [cells[0]]
    for cell in cells[1:]:
        if (cell != steps[-1]).all():
            steps.append(np.array([cell[0], steps[-1][1]]))
        if (cell != steps[-1]).any():
            steps.append(cell)
    return Stroke(at_neutral_pressure(np.array(steps) * CELL), stroke.width)


WAYS: dict[str, Callable[[Stroke], Stroke]] = {
    "as drawn": lambda stroke: stroke,
    "few points": few_points,
    "stepped": stepped,
}


class Answers(NamedTuple):
    """Probabilities (N, 10) for N drawings of the same thing, and what it is; None for no digit."""

    digit: int | None
    probabilities: Array

    def share(self, certainty: Certainty | None = None, right: bool = True) -> float:
        """Of how many the likeliest class is right (or wrong), of those of one certainty if given."""
        verdicts = [judge(row) for row in self.probabilities]
        counted = [
            (verdict.likeliest == self.digit) is right and certainty in (None, verdict.certainty)
            for verdict in verdicts
        ]
        return float(np.mean(counted))


def ask(model: Sequential, trace: Trace, way: str, hands: int = HANDS, seed: int = 7) -> Answers:
    """What the model makes of a trace in so many hands, recorded in one of the `WAYS`."""
    drawings = [[WAYS[way](stroke) for stroke in strokes] for strokes in variations(trace, hands, seed)]
    return Answers(trace.digit, probabilities(model, drawings))


def ask_recorded(model: Sequential, place: Path) -> list[Answers]:
    """What the model makes of the digits recorded in a file or folder, one digit after the other."""
    recordings = read_recordings(place)
    digits = np.array([recording.digit for recording in recordings])
    found = probabilities(model, [recording.strokes for recording in recordings])
    return [Answers(int(digit), found[digits == digit]) for digit in np.unique(digits)]


def probabilities(model: Sequential, drawings: Sequence[list[Stroke]]) -> Array:
    """(N, 10) for N drawings, prepared as the pad's are."""
    images = np.stack([prepare(strokes).image for strokes in drawings])[:, None]
    slices = np.array_split(images, 1 + len(images) // 500)
    return np.concatenate([predict(model, CrossEntropyLoss(), part) for part in slices])


def main() -> None:
    """Print what is read right by digit and style, then of all for every way of recording."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="checkpoint to examine")
    parser.add_argument(
        "--recordings", type=Path, nargs="+", metavar="PLACE", help="read these files or folders instead"
    )
    options = parser.parse_args()
    model = checkpoint.load(options.weights).build_model()
    for place in options.recordings or ():
        print(f"\n{place.name}")
        report({str(answers.digit): answers for answers in ask_recorded(model, place)})
    for way in () if options.recordings else WAYS:
        print(f"\n{way}")
        report({f"{trace.digit} {trace.style}": ask(model, trace, way) for trace in traces()})


def report(found: Mapping[str, Answers]) -> None:
    """Print the styles that are not always read, or get bold answers though no digit; then all together."""
    for name, answers in found.items():
        wrong = answers.share(Certainty.SURE, right=False)
        if answers.digit is None:
            print(f"- {name.removeprefix('None '):22} bold {wrong:5.1%}")
        elif answers.share() < 1:
            print(f"{name:24} right {answers.share():5.1%}, wrong and sure {wrong:5.1%}")
    digits = [answers for answers in found.values() if answers.digit is not None]
    others = [answers for answers in found.values() if answers.digit is None]
    joined = np.concatenate([answers.probabilities for answers in digits])
    truth = np.concatenate([np.full(len(answers.probabilities), answers.digit) for answers in digits])
    counts = [len(answers.probabilities) for answers in digits]
    right = np.average([answers.share() for answers in digits], weights=counts)
    sure = np.average([answers.share(Certainty.SURE, right=False) for answers in digits], weights=counts)
    error = expected_calibration_error(joined, truth)
    print(
        f"{len(truth)} digits: {right:.2%} right, {sure:.2%} wrong and sure, "
        f"expected calibration error {error:.3f}"
    )
    if others:
        bold = np.mean([answers.share(Certainty.SURE, right=False) for answers in others])
        print(f"no digits: {bold:.1%} bold")


if __name__ == "__main__":
    main()
