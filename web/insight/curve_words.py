"""Curves in words and figures, for those who do not see them."""

from __future__ import annotations

import math

import numpy as np

from web.session.history import History
from web.words import _, ngettext

RECENT = 0.2  # of the run: what "still falling" looks back on
NOTABLE = 0.02  # relative change of the loss in that time that counts as falling or rising
OVERFITTING = 0.03  # how far the test loss must have risen above its lowest, relatively

COLUMNS = (_("Epoch"), _("Training loss"), _("Training accuracy"), _("Test loss"), _("Test accuracy"))


def summary(history: History, *, running: bool = False) -> str:
    """Where the curves began, where they are, whether they still move, and whether the network overfits."""
    columns = history.columns()
    if not len(history):
        return _("The first epoch is under way.") if running else _("No curves yet: training has not begun.")
    losses, epochs = columns["loss_smooth"], columns["epoch"]
    first, last = float(columns["loss"][0]), float(losses[-1])
    if not math.isfinite(last):
        return _("Loss is no longer a number after {epochs}: training diverged.", epochs=_epochs(epochs[-1]))
    if last == first:
        moved = _("Loss stayed from {first} to {last} over {epochs}, {tendency}")
    else:
        fell, rose = (
            _("Loss fell from {first} to {last} over {epochs}, {tendency}"),
            _("Loss rose from {first} to {last} over {epochs}, {tendency}"),
        )
        moved = fell if last < first else rose
    before = float(np.interp(epochs[-1] * (1 - RECENT), epochs, losses))
    tendency = _tendency((last - before) / before if before else 0.0)
    figures = {"first": _figure(first), "last": _figure(last), "epochs": _epochs(epochs[-1])}
    parts = [moved.format(**figures, tendency=tendency)]
    if history.tests:
        best = max(history.tests, key=lambda test: test.accuracy)
        newest = history.tests[-1]
        parts.append(
            _(
                "test accuracy {newest:.1%}, best {best:.1%} in epoch {epoch:.0f}",
                newest=newest.accuracy,
                best=best.accuracy,
                epoch=best.epoch,
            )
        )
    if len(history.tests) > 1:
        parts.append(_overfitting(history))
    return _("; ").join(parts) + _(".")


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
        return _("still falling")
    return _("now rising") if change > NOTABLE else _("now level")


def _overfitting(history: History) -> str:
    lowest = min(history.tests, key=lambda test: test.loss)
    rise = history.tests[-1].loss / lowest.loss - 1 if lowest.loss else 0.0
    if rise <= OVERFITTING:
        return _("no sign of overfitting")
    return _(
        "test loss has risen by {rise:.0%} since epoch {epoch:.0f}, a sign of overfitting",
        rise=rise,
        epoch=lowest.epoch,
    )


def _epochs(count: float) -> str:
    figure = f"{count:.0f}" if float(count).is_integer() else f"{count:.1f}"
    return ngettext("{figure} epoch", "{figure} epochs", count, figure=figure)


def _figure(value: float) -> str:
    return f"{value:.3g}"
