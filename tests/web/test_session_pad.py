"""The drawing, and the answers to it while the network learns."""

from __future__ import annotations

import numpy as np

from tests.web.driving import SMALL, Watch, rest, run
from web.session import Session
from web.session.pad import Reader


def bar(size: int = 40) -> np.ndarray:
    ink = np.zeros((size, size), np.float32)
    ink[5:-5, size // 2 - 2 : size // 2 + 2] = 1
    return ink


def test_both_networks_answer_each_in_its_own_size() -> None:
    session = Session(recipe=SMALL)
    asked = []

    def reader(image: np.ndarray) -> np.ndarray:
        asked.append(image.shape)
        return np.full(10, 0.1)

    session.pad.set_reader("ready-made", Reader((28, 28), reader))
    assert session.pad.answers == {}
    session.pad.draw(bar())
    assert asked == [(28, 28)]
    assert session.pad.answers["yours"].version == session.training.version
    assert session.drawing is not None
    assert session.drawing.image.shape == (8, 8)
    session.pad.draw([])
    assert (session.drawing, session.pad.answers) == (None, {})


def test_the_answer_changes_while_the_network_learns() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.pad.draw(bar())
        watch = Watch(session, "prediction")
        before = session.pad.answer("yours")
        session.step_epoch()
        await rest(session)
        assert watch.heard
        assert not np.array_equal(session.pad.answer("yours"), before)

    run(scenario())


def test_a_test_image_is_shown_as_it_is() -> None:
    session = Session(recipe=SMALL)
    session.show_image(session.training.test_data.images[3])
    assert session.drawing is not None
    np.testing.assert_allclose(session.drawing.image, session.training.test_data.images[3] / 16)
    session.pad.draw(bar())
    assert session.pad.image is None


def test_training_mode_is_left_alone_by_asking() -> None:
    session = Session(recipe=SMALL)
    session.training.model.train()
    session.pad.draw(bar())
    assert session.training.model.training
