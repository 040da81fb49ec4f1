"""Teaching the network one's own hand."""

from __future__ import annotations

import numpy as np
import pytest
from panel.models.esm import DataEvent

from nncore.data import Dataset
from nncore.preprocess import Prepared, Steps, Stroke
from tests.web.driving import SMALL, Watch, finish, rest, run, until
from web.session import Session, hand, snapshot
from web.session.hub import Hub
from web.session.pad import prepare_for
from web.views.hand import HandView

ONE = [Stroke(np.array([[0.5, 0.1, 0.5], [0.5, 0.9, 0.5]], np.float32), 0.06)]


def collect(session: Session, view: HandView, *labels: int) -> None:
    for label in labels:
        session.pad.draw(ONE)
        view._collect(label)


def test_a_labelled_drawing_is_collected_and_the_pad_cleared() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = HandView(session)
        view.show()
        view._collect(3)  # an empty pad
        assert len(session.hand) == 0
        assert all(item["disabled"] for item in view._labels.items)
        watch = Watch(session, "hand")
        collect(session, view, 1)
        assert watch.heard == ["hand"]
        ((ink, label),) = session.hand
        assert label == 1
        prepared = prepare_for((8, 8), ONE, Steps())
        np.testing.assert_allclose(ink / 255, prepared.pictures[0].image, atol=0.5 / 255)
        assert session.drawing is None
        assert view._tiles.content["captions"] == ["1"]

    run(scenario())


def test_every_fourth_is_kept_back_and_any_can_be_deleted() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = HandView(session)
        view.show()
        collect(session, view, 1, 2, 3, 4, 5)
        assert view._tiles.content["captions"] == ["1", "2", "3", "4 kept back", "5"]
        session.hand.delete(0)
        assert [label for _, label in session.hand] == [2, 3, 4, 5]
        press = {"edition": view._tiles.content["edition"], "index": 3}
        for _ in range(2):  # the second press comes before the page has the new pictures
            view._tiles._process_event(DataEvent(None, press))
        assert [label for _, label in session.hand] == [2, 3, 4]
        session.hand.clear()
        assert len(session.hand) == 0

    run(scenario())


def test_teaching_changes_the_network_only_when_it_is_kept() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = HandView(session)
        view.show()
        collect(session, view, 7, 7, 7, 7)  # it is taught that a plain stroke is a seven
        assert view._bar.items[0]["disabled"]  # nothing learnt yet that could be forgotten
        session.train()
        await rest(session)
        assert not view._bar.items[0]["disabled"]
        before = session.training.model.state_dict()
        view._teach()
        await until(lambda: view._taught is not None)
        present = session.training.model.state_dict()
        assert all(np.array_equal(before[name], array) for name, array in present.items())
        rows = {row[0]: row[1:] for row in view._effect.rows}
        assert rows["Your drawings"] == ["0.0%", "100.0%", "3"]
        assert rows["Your drawings, kept back"] == ["0.0%", "100.0%", "1"]
        view._keep()
        session.pad.draw(ONE)
        assert session.pad.answers["yours"].probabilities.argmax() == 7
        assert view._effect.rows == []

    run(scenario())


def test_teaching_goes_on_beside_training_and_a_rebuild_drops_it() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=200))
        view = HandView(session)
        view.show()
        collect(session, view, 7)
        session.train()
        await until(lambda: session.training.status.global_step > 0)
        view._teach()
        await until(lambda: view._taught is not None)
        assert session.training.state == "running"
        session.reset()
        assert view._taught is None

    run(scenario())


def test_a_network_built_anew_meanwhile_is_not_overwritten() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = HandView(session)
        view.show()
        collect(session, view, 7)
        session.step()
        await rest(session)
        view._teach()
        await until(lambda: view._taught is not None)
        view.hide()
        session.configure(hidden=(8,))
        view.show()
        assert view._taught is None
        assert [item["name"] for item in view._bar.items] == ["teach", "clear"]

    run(scenario())


def test_drawings_survive_a_reload_and_a_change_of_data() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = HandView(session)
        view.show()
        collect(session, view, 1, 2)
        again = Session(recipe=SMALL)
        snapshot.restore(again, snapshot.load(snapshot.save(session)))
        assert [label for _, label in again.hand] == [1, 2]
        taught, kept_back = finish(again.hand.datasets(again.training.train_data))
        assert taught.images.shape == (2, 8, 8)
        seen = prepare_for((8, 8), ONE, Steps()).image
        assert np.corrcoef(taught.images[0].ravel(), seen.ravel())[0, 1] > 0.99
        assert taught.max_value / 2 < taught.images[0].max() <= taught.max_value
        assert taught.labels.tolist() == [1, 2]
        assert taught.max_value == again.training.train_data.max_value
        assert len(kept_back) == 0

    run(scenario())


def test_the_oldest_drawing_makes_room_for_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand, "MOST", 3)
    collected = hand.Hand(Hub())
    for label in range(5):
        collected.add(Prepared(np.eye(8, dtype=np.float32)), label)
    assert [label for _, label in collected] == [2, 3, 4]


def test_drawings_of_classes_that_the_data_have_not_are_left_out() -> None:
    collected = hand.Hand(Hub())
    for label in (0, 2, 3, 1, 1):
        collected.add(Prepared(np.eye(28, dtype=np.float32)), label)
    three = Dataset(np.zeros((3, 28, 28), np.uint8), np.arange(3), num_classes=3)
    taught, kept_back = finish(collected.datasets(three))
    assert (taught.labels.tolist(), kept_back.labels.tolist()) == ([0, 2, 1], [1])
    assert taught.num_classes == 3


def test_of_float_images_the_drawings_keep_their_shades() -> None:
    collected = hand.Hand(Hub())
    collected.add(Prepared(np.eye(28, dtype=np.float32)), 1)
    like = Dataset(np.zeros((3, 8, 8), np.float32), np.arange(3), num_classes=3)
    taught, _ = finish(collected.datasets(like))
    asked = prepare_for((8, 8), np.eye(28, dtype=np.float32), Steps()).image
    np.testing.assert_allclose(taught.images[0], asked, atol=0.01)
