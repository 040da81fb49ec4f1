"""From class probabilities to an honest answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray


class Certainty(Enum):
    """How far an answer is to be believed."""

    SURE = "sure"
    DOUBTFUL = "doubtful"  # a digit stands out, but not by much
    NONE = "none"  # nothing stands out: a scribble, two digits, no digit at all


# Probabilities of the likeliest digit from which on an answer counts as sure, or at least as a guess.
SURE_FROM = 0.75
GUESS_FROM = 0.45


@dataclass(frozen=True)
class Verdict:
    """One network's answer.

    Args:
        probabilities: (10,) float, sum 1.
        digit: the likeliest.
        runner_up: the next likeliest.
        certainty: whether to believe it.
    """

    probabilities: NDArray[np.floating]
    digit: int
    runner_up: int
    certainty: Certainty

    @property
    def confidence(self) -> float:
        """Probability of the likeliest digit."""
        return float(self.probabilities[self.digit])


def judge(probabilities: NDArray[np.floating]) -> Verdict:
    """The answer that (classes,) probabilities amount to.

    Raises:
        ValueError: not a vector of finite numbers for at least two classes.
    """
    if probabilities.ndim != 1 or len(probabilities) < 2 or not np.isfinite(probabilities).all():
        raise ValueError(f"judge: got {probabilities!r}, expected one finite probability per class")
    runner_up, digit = np.argsort(probabilities)[-2:]
    top = probabilities[digit]
    certainty = (
        Certainty.SURE if top >= SURE_FROM else Certainty.DOUBTFUL if top >= GUESS_FROM else Certainty.NONE
    )
    return Verdict(probabilities, int(digit), int(runner_up), certainty)
