"""Sharing: links with what distracts left out, their QR code, the page in a frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.web.driving import SMALL, rest, run
from web.app import build
from web.browser import bridge
from web.browser.embed import Embedded
from web.session import Session
from web.share.link import read_link
from web.share.qr import QUIET, qr_code
from web.views.share import CARDS, ShareView, card, snippet

PAGE = "https://example.org/lab/"


def test_the_panel_makes_a_link_that_hides_what_was_unticked() -> None:
    session = Session(recipe=SMALL)
    view = ShareView(session)
    view._make(f"{PAGE}#", ["runs", "network"], True)
    made = view._share.made
    link = read_link(made["link"].removeprefix(f"{PAGE}#"))
    assert link.recipe == SMALL
    assert link.hide == ("runs", "network")
    assert link.embed
    assert made["qr"].shape[0] == made["qr"].shape[1]
    names = {name for name, _, _ in view._share.parts}
    assert names >= {*CARDS, "network", "learning"}


def test_the_card_tells_what_was_drawn_and_how_it_learnt() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        assert card(session)["sentence"] == "A network that has not learnt anything yet."
        session.pad.show(np.eye(28, dtype=np.float32))
        session.train()
        await rest(session)
        shown = card(session)
        tested = session.training.history.tests[-1]
        assert f"reads {tested.accuracy:.1%} of {len(session.training.test_data)} digits" in shown["sentence"]
        assert shown["tests"][-1] == [tested.epoch, tested.accuracy]
        assert len(shown["epochs"]) == len(shown["accuracy"]) > 1
        assert shown["ink"].dtype == np.uint8
        assert shown["ink"].max() == 255
        assert shown["answer"].startswith("It reads ")

    run(scenario())


def test_the_qr_code_is_one() -> None:
    code = qr_code(PAGE)
    assert code is not None
    assert not code[:QUIET].any()
    finder = code[QUIET : QUIET + 7, QUIET : QUIET + 7]
    expected = np.ones((7, 7), np.uint8)
    expected[1:6, 1:6] = 0
    expected[2:5, 2:5] = 1
    np.testing.assert_array_equal(finder, expected)
    assert qr_code("x" * 5000) is None


def test_the_frame_is_one_that_html_understands() -> None:
    html = snippet(f"{PAGE}#preset=corrected&embed=1")
    assert 'src="https://example.org/lab/#preset=corrected&amp;embed=1"' in html
    assert "sandbox=" in html


def test_a_frame_hears_how_training_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        told: list[dict[str, Any]] = []
        monkeypatch.setattr(bridge, "tell_parent", told.append)
        session = Session(recipe=SMALL)
        Embedded(session)
        session.train()
        await rest(session)
        assert told[0]["type"] == "state"
        assert told[-1]["type"] == "finished"
        assert told[-1]["testAccuracy"] == session.training.status.test_accuracy
        assert {message["source"] for message in told} == {"nncore-lab"}
        count = len(told)
        session.training.set_speed("full")  # the page's own affair
        assert len(told) == count

    run(scenario())


def test_what_belongs_to_a_hidden_card_goes_with_it() -> None:
    dashboard = build()
    dashboard.leave_out(("train", "pad"))
    assert not {"train", "replay", "pad", "plane"} & dashboard.views.keys()
    assert {"picture", "answer", "curves"} <= dashboard.views.keys()
