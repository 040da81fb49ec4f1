"""The drawing, and the answers to it while the network learns."""

from __future__ import annotations

import numpy as np
import pytest

from nncore.preprocess import Steps, Stroke
from tests.web.driving import SMALL, Watch, rest, run
from web.session import Session
from web.session.pad import Reader, prepare_for


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


def test_what_is_on_the_pad_can_be_kept_and_shown_again() -> None:
    pad = Session(recipe=SMALL).pad
    assert pad.ink is None
    pad.draw([Stroke(np.array([[0.5, 0.5], [0.1, 0.9], [0.5, 0.5]], np.float32).T, 0.06)])
    drawn = pad.ink
    assert drawn is not None
    assert drawn.shape == (224, 224)
    first = pad.prepared((8, 8))
    pad.show(drawn, example=True)
    assert pad.example
    again = pad.prepared((8, 8))
    assert first is not None
    assert again is not None
    assert np.corrcoef(again.image.ravel(), first.image.ravel())[0, 1] > 0.99
    np.testing.assert_array_equal(pad.ink, drawn)
    pad.draw(bar())
    assert not pad.example
    pad.clear()
    assert not pad.example
    assert pad.prepared((8, 8)) is None


def test_networks_come_into_service_and_go() -> None:
    session = Session(recipe=SMALL)
    session.pad.draw(bar())
    watch = Watch(session, "prediction")
    session.pad.set_reader("ready-made", Reader((28, 28), lambda image: np.full(10, 0.1)))
    assert watch.heard == ["prediction"]
    assert set(session.pad.answers) == {"ready-made", "yours"}
    assert session.pad.answerer == "ready-made"
    session.pad.set_answerer("yours")
    assert session.pad.answerer == "yours"
    assert len(watch.heard) == 2
    session.pad.remove_reader("ready-made")
    assert session.pad.answer("ready-made") is None
    assert len(watch.heard) == 3
    session.pad.remove_reader("ready-made")  # it has gone
    assert len(watch.heard) == 3
    session.pad.set_steps(Steps(centre=False))
    assert session.pad.answers["yours"].prepared is session.drawing


def test_training_mode_is_left_alone_by_asking() -> None:
    session = Session(recipe=SMALL)
    session.training.model.train()
    session.pad.draw(bar())
    assert session.training.model.training


@pytest.mark.parametrize("shape", [(28, 14), (14, 28), (7, 9), (56, 3)])
def test_a_drawing_fits_images_of_any_shape(shape: tuple[int, int]) -> None:
    """Every pixel is that of the same share of the way across the square picture."""
    drawing = np.zeros((40, 40), np.float32)
    drawing[4:30, 8:12] = drawing[26:30, 8:34] = 1
    square, prepared = (prepare_for(size, drawing, Steps()).image for size in ((28, 28), shape))
    assert prepared.shape == shape
    for row in range(shape[0]):
        for column in range(shape[1]):
            expected = square[int(row / shape[0] * 28 + 1e-9), int(column / shape[1] * 28 + 1e-9)]
            assert prepared[row, column] == expected
