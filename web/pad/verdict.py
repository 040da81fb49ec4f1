"""From class probabilities to an honest answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray


class Certainty(Enum):
    """How far an answer is to be believed."""

    SURE = "sure"
    DOUBTFUL = "doubtful"  # a class stands out, but not by much
    NONE = "none"  # nothing stands out: a scribble, two digits, none at all


# Probabilities of the likeliest class from which on an answer counts as sure, or at least as a guess.
SURE_FROM = 0.75
GUESS_FROM = 0.45


@dataclass(frozen=True)
class Verdict:
    """One network's answer.

    Attributes
    ----------
    probabilities : (classes,) float, sum 1.
    likeliest : the class of the largest.
    runner_up : the next likeliest.
    certainty : whether to believe it.
    names : of the classes; their numbers where it is empty.
    """

    probabilities: NDArray[np.floating]
    likeliest: int
    runner_up: int
    certainty: Certainty
    names: tuple[str, ...] = ()

    @property
    def confidence(self) -> float:
        """Probability of the likeliest class."""
        return float(self.probabilities[self.likeliest])

    def name(self, label: int) -> str:
        """What a class is called."""
        return self.names[label] if self.names else str(label)


def judge(probabilities: NDArray[np.floating], names: tuple[str, ...] = ()) -> Verdict:
    """The answer that (classes,) probabilities amount to; `names` are those of the classes.

    Raises
    ------
    ValueError
        not a vector of finite numbers for at least two classes.
    """
    if probabilities.ndim != 1 or len(probabilities) < 2 or not np.isfinite(probabilities).all():
        raise ValueError(f"judge: got {probabilities!r}, expected one finite probability per class")
    runner_up, likeliest = np.argsort(probabilities)[-2:]
    top = probabilities[likeliest]
    certainty = (
        Certainty.SURE if top >= SURE_FROM else Certainty.DOUBTFUL if top >= GUESS_FROM else Certainty.NONE
    )
    return Verdict(probabilities, int(likeliest), int(runner_up), certainty, names)
