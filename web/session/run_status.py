"""The line that says how far training is, in the manner of tqdm."""

from __future__ import annotations

from typing import NamedTuple

from web.words import _


class RunStatus(NamedTuple):
    """Where a run stands, in figures. `loss` and `accuracy` are the smoothed training figures."""

    epoch: int = 0  # 1 for the first
    epochs: int = 0
    step: int = 0  # of the epoch; while testing: of the test batches
    steps: int = 0
    loss: float | None = None
    accuracy: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    speed: float | None = None  # training steps a second
    seconds: float = 0.0  # spent in training and testing
    seconds_left: float | None = None
    testing: bool = False
    global_step: int = 0

    @property
    def fraction(self) -> float:
        """Of the current epoch, 0 to 1."""
        return self.step / self.steps if self.steps else 0.0

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What to tell, as pairs of a name and a figure; empty before the first step."""
        if not self.epoch:
            return []
        parts = [
            (_("epoch"), f"{self.epoch}/{self.epochs}"),
            (_("test step") if self.testing else _("step"), f"{self.step}/{self.steps}"),
        ]
        if self.loss is not None and self.accuracy is not None:
            parts += [(_("loss"), f"{self.loss:.4f}"), (_("accuracy"), f"{self.accuracy:.1%}")]
        if self.test_accuracy is not None:
            parts.append((_("test"), f"{self.test_accuracy:.2%}"))
        if self.speed is not None:
            steps = f"{self.speed:.{0 if self.speed >= 10 else 1}f}"
            parts.append((_("speed"), _("{steps} steps/s", steps=steps)))
        if self.seconds_left is not None:
            parts.append((_("left"), duration(self.seconds_left)))
        return parts


def duration(seconds: float) -> str:
    """Seconds as a person would say them: 8 s, 1:05, 2:03:10."""
    whole = round(seconds)
    if whole < 60:
        return _("{n} s", n=whole)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
