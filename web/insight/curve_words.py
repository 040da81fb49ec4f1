"""Curves in words and figures, for those who do not see them."""

from __future__ import annotations

import math

import numpy as np

from web.session.history import History

RECENT = 0.2  # of the run: what "still falling" looks back on
NOTABLE = 0.02  # relative change of the loss in that time that counts as falling or rising
OVERFITTING = 0.03  # how far the test loss must have risen above its lowest, relatively

COLUMNS = ("Epoch", "Training loss", "Training accuracy", "Test loss", "Test accuracy")


def summary(history: History, *, running: bool = False) -> str:
    """Where the curves began, where they are, whether they still move, and whether the network overfits."""
    columns = history.columns()
    if not len(history):
        return "The first epoch is under way." if running else "No curves yet: training has not begun."
    losses, epochs = columns["loss_smooth"], columns["epoch"]
    first, last = float(columns["loss"][0]), float(losses[-1])
    if not math.isfinite(last):
        return f"Loss is no longer a number after {_epochs(epochs[-1])}: training diverged."
    moved = "fell" if last < first else "rose" if last > first else "stayed"
    parts = [f"Loss {moved} from {_figure(first)} to {_figure(last)} over {_epochs(epochs[-1])}"]
    before = float(np.interp(epochs[-1] * (1 - RECENT), epochs, losses))
    change = (last - before) / before if before else 0.0
    parts[0] += f", {_tendency(change)}"
    if history.tests:
        best = max(history.tests, key=lambda test: test.accuracy)
        newest = history.tests[-1]
        parts.append(
            f"test accuracy {newest.accuracy:.1%}, best {best.accuracy:.1%} in epoch {best.epoch:.0f}"
        )
    if len(history.tests) > 1:
        parts.append(_overfitting(history))
    return "; ".join(parts) + "."


def table(history: History) -> list[list[str]]:
    """One row of texts per test, under `COLUMNS`; the training figures are the smoothed ones at that time."""
    train, tests = history.columns(), history.test_columns()
    if not len(history):
        return []
    loss = np.interp(tests["epoch"], train["epoch"], train["loss_smooth"])
    accuracy = np.interp(tests["epoch"], train["epoch"], train["accuracy_smooth"])
    return [
        [f"{epoch:.0f}", f"{loss:.4f}", f"{accuracy:.1%}", f"{test_loss:.4f}", f"{test_accuracy:.2%}"]
        for epoch, loss, accuracy, test_loss, test_accuracy in zip(
            tests["epoch"], loss, accuracy, tests["loss"], tests["accuracy"], strict=True
        )
    ]


def _tendency(change: float) -> str:
    if change < -NOTABLE:
        return "still falling"
    return "now rising" if change > NOTABLE else "now level"


def _overfitting(history: History) -> str:
    lowest = min(history.tests, key=lambda test: test.loss)
    rise = history.tests[-1].loss / lowest.loss - 1 if lowest.loss else 0.0
    if rise <= OVERFITTING:
        return "no sign of overfitting"
    return f"test loss has risen by {rise:.0%} since epoch {lowest.epoch:.0f}, a sign of overfitting"


def _epochs(count: float) -> str:
    whole = float(count).is_integer()
    return "1 epoch" if count == 1 else f"{count:.0f} epochs" if whole else f"{count:.1f} epochs"


def _figure(value: float) -> str:
    return f"{value:.3g}"
