"""Imitates many hands: turns the forms of `shapes` into strokes as a pad would record them."""

from __future__ import annotations

import numpy as np

from nncore.preprocess import Stroke
from nncore.preprocess.strokes import Array, at_neutral_pressure, smooth_path
from web.pretrained.rare_shapes import RARE
from web.pretrained.shapes import FORMS, Form

Lines = list[Array]  # per stroke (N, 2) float32, in the unit box


def write_digit(digit: int, rng: np.random.Generator) -> list[Stroke]:
    """One digit in a random form and hand, somewhere on the pad; half of them in rarer forms."""
    forms = RARE[digit] if rng.random() < 0.5 else FORMS[digit]
    return record(digit_lines(forms[rng.integers(len(forms))], rng), rng)


def digit_lines(form: Form, rng: np.random.Generator) -> Lines:
    """A form as written by a random hand."""
    lines = _trace(form, rng)
    lines = [_ends(line, rng) for line in lines]
    lines = _bend(lines, rng)
    return _affine(lines, rng)


def record(lines: Lines, rng: np.random.Generator) -> list[Stroke]:
    """Lines as the pad would get them: somewhere, of some size, sampled coarsely or finely, shaky or calm.

    Now and then with very few points, or in steps.
    """
    every = np.concatenate(lines)
    low, high = every.min(axis=0), every.max(axis=0)
    size = rng.uniform(0.3, 0.85)
    scale = size / max(float((high - low).max()), 1e-6)
    free = 1 - (high - low) * scale
    place = rng.random(2) * np.maximum(free, 0)
    width = rng.uniform(0.04, 0.1)
    tremor = rng.uniform(0, 0.006) if rng.random() < 0.6 else 0.0
    spacing = size * (rng.uniform(0.01, 0.04) if rng.random() < 0.7 else rng.uniform(0.05, 0.16))
    levels = rng.choice([0, 0, 40, 100])  # a coarse tablet rounds places to so many steps
    device = rng.random()
    if device < 0.12:
        spacing = size * rng.uniform(0.16, 0.3)
    stepped = 0.12 <= device < 0.28
    if stepped:
        spacing, levels = size * 0.02, rng.integers(10, 30)
    strokes = []
    for line in lines:
        points = smooth_path(at_neutral_pressure((line - low) * scale + place), spacing)
        points[:, :2] += rng.normal(0, tremor, points[:, :2].shape)
        if levels:
            points[:, :2] = np.rint(points[:, :2] * levels / size) * size / levels
        if stepped:
            points = _in_steps(points)
        points[:, 2] += _pressure(len(points), rng)
        strokes.append(Stroke(points, width))
    return strokes


def _trace(form: Form, rng: np.random.Generator) -> Lines:
    """The smooth line through a form's points, each of which is moved a little, corners alike."""
    spread = rng.uniform(0.01, 0.06)
    moved: dict[tuple[float, float], Array] = {}

    def place(point: tuple[float, float]) -> Array:
        if point not in moved:
            moved[point] = (np.array(point) + rng.normal(0, spread, 2)).astype(np.float32)
        return moved[point]

    lines = []
    for stroke in form:
        parts = []
        for piece in stroke:
            points = np.stack([place(point) for point in piece])
            parts.append(smooth_path(np.column_stack([points, points[:, 0] * 0]), 0.02)[:, :2])
        lines.append(np.concatenate(parts))
    return lines


def _ends(line: Array, rng: np.random.Generator) -> Array:
    """Cut an end short, draw it out, or hook it where the pen came down or left."""
    for _ in range(2):
        line = line[::-1]  # first the end, then the start
        kind = rng.random()
        if kind < 0.2 and len(line) > 20:
            line = line[rng.integers(1, len(line) // 10 + 1) :]
        elif kind < 0.4:
            onward = line[0] - line[min(3, len(line) - 1)]
            line = np.concatenate([[line[0] + onward * rng.uniform(0, 1.5)], line])
        elif kind < 0.5:
            line = np.concatenate([[line[0] + rng.normal(0, 0.04, 2)], line])
    return line.astype(np.float32)


def _bend(lines: Lines, rng: np.random.Generator) -> Lines:
    """Move everything along slow random waves, shared by all strokes, and each stroke a little by itself."""
    strength = rng.uniform(0, 0.07)
    wave = rng.uniform(1, 4, (2, 2))
    phase = rng.uniform(0, 2 * np.pi, (2, 2))
    amount = rng.normal(0, strength, (2, 2))
    apart = rng.uniform(0, 0.035)
    bent = []
    for line in lines:
        waves = np.sin(wave[:, :, None] * line.T[None] + phase[:, :, None])
        shift = (amount[:, :, None] * waves).sum(axis=1).T
        bent.append((line + shift + rng.normal(0, apart, 2)).astype(np.float32))
    return bent


def _affine(lines: Lines, rng: np.random.Generator) -> Lines:
    """Slant, rotate and squash."""
    slant = rng.normal(0.12, 0.22)
    angle = np.deg2rad(rng.normal(0, 7))
    width = float(np.clip(rng.lognormal(-0.3, 0.32), 0.3, 1.6))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = rotation @ np.array([[1.0, -slant], [0.0, 1.0]]) @ np.diag([width, 1.0])
    return [((line - 0.5) @ matrix.T).astype(np.float32) for line in lines]


def _in_steps(points: Array) -> Array:
    """(N, 3) points to (2N - 1, 3): from one to the next first sideways, then up or down."""
    corners = np.column_stack([points[1:, 0], points[:-1, 1:]])
    between = np.stack([points[:-1], corners], axis=1).reshape(-1, 3)
    return np.concatenate([between, points[-1:]])


def _pressure(count: int, rng: np.random.Generator) -> Array:
    """Departure from neutral pressure along a stroke: none for a mouse, else rising and falling slowly."""
    if rng.random() < 0.6:
        return np.zeros(count, dtype=np.float32)
    along = np.linspace(0, 1, count)
    change = rng.normal(0, 0.12) * np.sin(np.pi * along) + rng.normal(0, 0.1) * (along - 0.5)
    return np.clip(change, -0.3, 0.4).astype(np.float32)
