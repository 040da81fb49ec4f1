"""Sharing: a link to this experiment, with what distracts left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nncore.ops import Array
from web.components.share import Share
from web.session import Session
from web.session.training import Training
from web.share.link import CARDS, GROUPS, Link, write_link
from web.share.qr import qr_code
from web.views.view import View
from web.words import _

FRAME = 640  # pixels high


class ShareView(View):
    """The panel behind "Share"; it makes its link when it is opened and with every choice."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        parts = [[name, words, "card"] for name, words in CARDS.items()]
        parts += [[name, _("Settings: {group}", group=_(group)), "group"] for name, group in GROUPS.items()]
        self._share = Share(self._make, parts=parts, sizing_mode="stretch_width")

    def open(self) -> None:
        """Show the panel."""
        self._share.open()

    def refresh(self) -> None:
        """It is made anew whenever it is opened."""

    def _make(self, start: str, hide: list[str], embed: bool) -> None:
        session = self.session
        link = Link(
            session.recipe,
            tuple(hide),
            code=session.code.used,
            speed=session.training.speed,
            embed=embed,
        )
        address = start + write_link(link)
        made: dict[str, Any] = {"hide": hide, "embed": embed, "link": address, "snippet": snippet(address)}
        made["card"] = card(session)
        if (code := qr_code(address)) is not None:
            made["qr"] = code
        self._share.made = made

    def __panel__(self) -> Share:
        return self._share


def card(session: Session) -> dict[str, Any]:
    """What the card shows: the drawing, the visitor's network's answer to it, and how it learnt."""
    training, answer = session.training, session.pad.answer("yours")
    curves, tests = training.history.columns(), training.history.tests
    shown: dict[str, Any] = {
        "answer": "" if answer is None else _answer(answer, training.train_data.class_names),
        "sentence": _sentence(training),
        "epochs": curves["epoch"].tolist(),
        "accuracy": curves["accuracy_smooth"].tolist(),
        "tests": [[test.epoch, test.accuracy] for test in tests],
    }
    if (ink := session.pad.ink) is not None:
        shown["ink"] = np.round(255 * ink).astype(np.uint8)
    return shown


def _answer(probabilities: Array, names: Sequence[str]) -> str:
    best = int(probabilities.argmax())
    return _("It reads {name}: {sure:.0%}", name=names[best], sure=probabilities[best])


def _sentence(training: Training) -> str:
    behind, tests = training.experiment.epochs_behind, training.history.tests
    if not behind:
        return _("A network that has not learnt anything yet.")
    if not tests:
        data = training.train_data.name
        return _("My network after {epochs:.1f} epochs of {data}.", epochs=behind, data=data)
    return _(
        "My network after {epochs:.1f} epochs: reads {accuracy:.1%} of {n:,} {noun}s it never saw.",
        epochs=behind,
        accuracy=tests[-1].accuracy,
        n=len(training.test_data),
        noun=_(training.test_data.noun),
    )


def snippet(address: str) -> str:
    """HTML that shows the page at `address` in a frame of another page, contained but for what it needs."""
    source = address.replace("&", "&amp;").replace('"', "&quot;")
    return (
        f'<iframe src="{source}" title="nncore lab" width="100%" height="{FRAME}" style="border: 0" '
        'sandbox="allow-scripts allow-same-origin allow-downloads" allow="clipboard-write"></iframe>'
    )
