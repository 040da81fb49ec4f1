"""The line that says how far training is, in the manner of tqdm."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Where a run stands. `loss` and `accuracy` are the smoothed training figures."""

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
    def text(self) -> str:
        """One line for the eye and for screen readers."""
        if not self.epoch:
            return "Not started"
        parts = [
            f"{'Test' if self.testing else 'Train'} epoch {self.epoch}/{self.epochs}",
            f"step {self.step}/{self.steps}",
        ]
        if self.loss is not None:
            parts.append(f"loss {self.loss:.4f}")
        if self.accuracy is not None:
            parts.append(f"accuracy {self.accuracy:.1%}")
        if self.test_accuracy is not None:
            parts.append(f"test {self.test_accuracy:.2%}")
        if self.speed is not None:
            parts.append(f"{self.speed:.0f} it/s" if self.speed >= 10 else f"{self.speed:.1f} it/s")
        if self.seconds_left is not None:
            parts.append(f"{duration(self.seconds_left)} left")
        return " · ".join(parts)


def duration(seconds: float) -> str:
    """Seconds as a person would say them: 8 s, 1:05, 2:03:10."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
