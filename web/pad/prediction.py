"""Shows what the networks make of the drawing: the answer in words, and a bar per class."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import param
from panel.custom import JSComponent

from web.components.script import script
from web.pad.verdict import Certainty, Verdict
from web.words import _

EMPTY = _("Draw something, and the answer appears here.")


class PredictionBars(JSComponent):
    """A status region named "Prediction", and the probabilities of each network that answered."""

    headline = param.String(doc="the answer: a class, a doubtful one, or nothing")
    words = param.String(default=EMPTY, doc="what goes with it")
    problem = param.String(doc="which network cannot answer, and why")
    bars = param.Boolean(default=True, doc="whether the bars are in view; they are read aloud anyhow")
    others = param.List(default=[], doc="headline and text of the networks whose answers do not count")
    marks = param.Dict(default={}, doc='how a network\'s bars look, by its name: "first" or "second"')
    series = param.List(default=[], doc="per network: name, and of the classes their names and probabilities")

    _esm = script(__name__)

    def show(
        self,
        verdicts: Mapping[str, Verdict],
        problems: Mapping[str, str] = MappingProxyType({}),
        empty: str = EMPTY,
    ) -> None:
        """Show the answers by network's name, the first one in words; none for an empty pad, but `empty`.

        `problems` tells of networks that could not answer, why.
        """
        first = next(iter(verdicts.values()), None)
        self.param.update(
            headline=headline(first),
            words="" if first is None and problems else empty if first is None else words(first),
            problem=" ".join(f"{name}: {problem}" for name, problem in problems.items()),
            others=[
                {
                    "name": name,
                    "headline": headline(verdict),
                    "text": _("{name}. {answer}", name=name, answer=words(verdict)),
                }
                for name, verdict in list(verdicts.items())[1:]
            ],
            series=[
                {
                    "name": name,
                    "classes": [verdict.name(label) for label in range(len(verdict.probabilities))],
                    "probabilities": [round(float(p), 4) for p in verdict.probabilities],
                }
                for name, verdict in verdicts.items()
            ],
        )


def headline(verdict: Verdict | None) -> str:
    """The class if sure, with a question mark if doubtful, else nothing."""
    if verdict is None or verdict.certainty is Certainty.NONE:
        return ""
    return f"{verdict.name(verdict.likeliest)}{'?' if verdict.certainty is Certainty.DOUBTFUL else ''}"


def words(verdict: Verdict) -> str:
    """The answer's certainty and the runner-up, as a sentence that can follow `headline`."""
    second = float(verdict.probabilities[verdict.runner_up])
    if verdict.certainty is Certainty.NONE:
        return _("Unsure: this looks like nothing that I know.")
    if verdict.certainty is Certainty.DOUBTFUL:
        return _(
            "Unsure: {confidence:.0%}, or else {name} ({second:.0%}).",
            confidence=verdict.confidence,
            name=verdict.name(verdict.runner_up),
            second=second,
        )
    if second < 0.005:
        return _("Sure: {confidence:.0%}.", confidence=verdict.confidence)
    return _(
        "{confidence:.0%} sure; next {name} ({second:.0%}).",
        confidence=verdict.confidence,
        name=verdict.name(verdict.runner_up),
        second=second,
    )
