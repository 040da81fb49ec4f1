"""The curves in words say what the curves show."""

from __future__ import annotations

import itertools
import math

import pytest

from web.insight.curve_words import COLUMNS, summary, table
from web.session.history import History


def history(losses: list[float], test_losses: list[float], steps: int = 50) -> History:
    """Loss goes from point to point of `losses`, one epoch apart; a test after each epoch."""
    made = History()
    for epoch, (start, end) in enumerate(itertools.pairwise(losses)):
        for step in range(steps):
            share = (step + 1) / steps
            made.add_step(epoch + share, start + share * (end - start), 0.5, 0.1, None)
    for epoch, loss in enumerate(test_losses, start=1):
        made.add_test(epoch, loss, accuracy=1 - loss / 10)
    return made


def test_nothing_yet() -> None:
    assert summary(History()) == "No curves yet: training has not begun."
    assert summary(History(), running=True) == "The first epoch is under way."
    assert table(History()) == []


def test_a_loss_that_falls() -> None:
    said = summary(history([2.3, 0.4, 0.1], [0.5, 0.2]))
    assert said.startswith("Loss fell from 2.26 to 0.1")
    assert "over 2 epochs, still falling" in said
    assert "test accuracy 98.0%, best 98.0% in epoch 2" in said
    assert said.endswith("no sign of overfitting.")


def test_a_loss_that_is_level_and_one_that_rises() -> None:
    assert "now level" in summary(history([2.3, 0.3, 0.3, 0.3, 0.3, 0.3], []))
    assert "now rising" in summary(history([1.0, 1.5, 3.0], []))


def test_overfitting_is_named_with_its_epoch() -> None:
    said = summary(history([2.0, 1.0, 0.5, 0.2], [0.9, 0.8, 1.2]))
    assert said.endswith("test loss has risen by 50% since epoch 2, a sign of overfitting.")


def test_divergence() -> None:
    assert "training diverged" in summary(history([1.0, math.nan], []))


def test_the_table_has_a_row_per_test() -> None:
    rows = table(history([2.0, 1.0, 0.5], [1.1, 0.6]))
    assert [row[0] for row in rows] == ["1", "2"]
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert float(rows[0][1]) == pytest.approx(1.2, abs=0.25)
    assert rows[1][3:] == ["0.6000", "94.00%"]
