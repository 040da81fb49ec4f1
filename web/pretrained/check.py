"""Examines the ready-made network on drawings it was not trained on: `python -m web.pretrained.check`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nncore import checkpoint
from nncore.activations import log_softmax
from nncore.metrics import expected_calibration_error
from nncore.ops import Array
from nncore.preprocess import Stroke, prepare
from web.pad.verdict import Certainty, judge
from web.pretrained import WEIGHTS

TRACES = Path(__file__).with_name("traces.txt")
HANDS = 20  # variations of each trace


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
            strokes.append(Stroke(np.column_stack([points, np.full(len(points), 0.5)]), 0.065))
        yield strokes


def main() -> None:
    """Print the share read right by digit and style, how many are called unsure, and the calibration."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="checkpoint to examine")
    model = checkpoint.load(parser.parse_args().weights).build_model()
    every, labels = [], []
    for trace in traces():
        drawings = [prepare(strokes).image for strokes in variations(trace, HANDS, seed=7)]
        probabilities = np.exp(log_softmax(model(np.stack(drawings)[:, None])))
        verdicts = [judge(row) for row in probabilities]
        answered = [verdict.certainty is not Certainty.NONE for verdict in verdicts]
        if trace.digit is None:
            bold = np.mean([verdict.certainty is Certainty.SURE for verdict in verdicts])
            print(f"-  {trace.style:14} no answer {1 - np.mean(answered):5.0%}, bold {bold:5.0%}")
            continue
        right = np.mean([verdict.likeliest == trace.digit for verdict in verdicts])
        print(f"{trace.digit}  {trace.style:14} right {right:5.0%}, answered {np.mean(answered):5.0%}")
        every.append(probabilities)
        labels += [trace.digit] * HANDS
    joined, truth = np.concatenate(every), np.array(labels)
    share, error = np.mean(joined.argmax(axis=1) == truth), expected_calibration_error(joined, truth)
    print(f"All digits: {share:.2%} of {len(truth)} right, expected calibration error {error:.3f}")


if __name__ == "__main__":
    main()
