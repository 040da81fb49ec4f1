"""A session that survives a reload; models that leave and come back."""

from __future__ import annotations

import io

import numpy as np
import pytest

from nncore import checkpoint
from nncore.build import build_model
from nncore.errors import CheckpointError
from tests.web.driving import SMALL, Shelf, rest, run, until
from web.session import Session, snapshot


def test_a_restored_session_goes_on_to_the_bit() -> None:
    async def scenario() -> None:
        first = Session(recipe=SMALL)
        first.train()
        await rest(first)
        first.reset()
        first.step_epoch()
        await rest(first)
        first.step()
        await rest(first)
        second = Session()
        snapshot.restore(second, snapshot.load(snapshot.save(first)))
        assert second.training.state == "paused"
        assert second.recipe == SMALL
        assert [r.name for r in second.runs] == ["Run 1"]
        assert second.training.status.parts[:2] == first.training.status.parts[:2]
        for session in (first, second):
            session.train()
            await rest(session)
        np.testing.assert_array_equal(
            second.training.history.columns()["loss"], first.training.history.columns()["loss"]
        )
        assert second.training.history.tests == first.training.history.tests

    run(scenario())


def test_a_restored_run_that_was_kept_is_not_kept_twice() -> None:
    async def scenario() -> None:
        first = Session(recipe=SMALL)
        first.train()
        await rest(first)
        second = Session()
        snapshot.restore(second, snapshot.load(snapshot.save(first)))
        assert second.training.state == "finished"
        assert [run.history is second.training.history for run in second.runs] == [True]
        second.reset()
        assert len(second.runs) == 1

    run(scenario())


def test_runs_alone_can_be_restored() -> None:
    async def scenario() -> None:
        first = Session(recipe=SMALL)
        first.train()
        await rest(first)
        second = Session()
        snapshot.restore(second, snapshot.load(snapshot.save(first)), runs_only=True)
        assert len(second.runs) == 1
        assert (second.recipe == SMALL, second.training.state) == (False, "idle")

    run(scenario())


def test_a_damaged_file_is_refused() -> None:
    content = snapshot.save(Session(recipe=SMALL))
    with pytest.raises(CheckpointError, match="damaged"):
        snapshot.load(content[: len(content) // 2])
    with pytest.raises(CheckpointError, match="damaged"):
        snapshot.load(b"")


def test_a_saved_model_is_an_nncore_checkpoint() -> None:
    session = Session(recipe=SMALL)
    saved = checkpoint.load(snapshot.model_file(session))
    x = session.training.test_data.inputs(slice(0, 5))
    np.testing.assert_array_equal(saved.build_model()(x), session.training.model.eval()(x))


def test_weights_alone_can_be_opened() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        file = io.BytesIO()
        other = SMALL.replace(seed=7)
        model = other.build_model(session.training.train_data)
        checkpoint.save(file, model, other, (8, 8))
        session.open(checkpoint.load(file.getvalue()))
        assert session.recipe == other
        for name, array in session.training.model.state_dict().items():
            np.testing.assert_array_equal(array, model.state_dict()[name])

    run(scenario())


def test_a_model_for_other_images_is_refused_in_words() -> None:
    async def scenario() -> None:
        session = Session(Shelf(), SMALL)
        file = io.BytesIO()
        recipe = SMALL.replace(dataset="mnist")
        checkpoint.save(file, build_model(recipe, (28, 28), 10), recipe, (28, 28))
        session.library.put("mnist", (session.training.train_data, session.training.test_data))
        session.open(checkpoint.load(file.getvalue()))
        await until(lambda: session.library.error is not None)
        said = "reads samples of (28, 28) in 10 classes, the data are (8, 8) in 10;"
        assert said in str(session.library.error)
        assert session.recipe == SMALL

    run(scenario())


def test_a_session_restored_before_its_first_step_is_at_the_beginning() -> None:
    session = Session()
    snapshot.restore(session, snapshot.load(snapshot.save(Session(recipe=SMALL))))
    assert session.training.state == "idle"
    assert (session.training.status.fraction, session.training.status.parts) == (0, [])


@pytest.mark.parametrize("steps", [1, 14, 15, 16, 23, 30])  # an epoch has fifteen
def test_a_restored_run_says_where_it_stands(steps: int) -> None:
    async def scenario() -> None:
        first = Session(recipe=SMALL.replace(batch_size=100))
        for _ in range(steps):
            first.step()
            await rest(first)
        second = Session()
        snapshot.restore(second, snapshot.load(snapshot.save(first)))
        was, now = first.training.status, second.training.status
        for name in ("epoch", "epochs", "step", "steps", "loss", "accuracy", "test_loss", "test_accuracy"):
            assert getattr(now, name) == pytest.approx(getattr(was, name)), name
        assert (now.global_step, now.testing) == (was.global_step, False)
        assert second.training.experiment.epochs_behind == first.training.experiment.epochs_behind
        assert second.training.state == first.training.state

    run(scenario())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hand/labels", np.array([1, 1])),  # and one drawing
        ("hand/labels", np.array([[1]])),
        ("hand/labels", np.array([1.0])),
        ("hand/labels", np.array([-1])),
        ("hand/labels", np.array([1000])),
        ("hand/0", np.zeros((28, 28), np.float32)),
        ("hand/0", np.zeros((28, 28, 1), np.uint8)),
        ("hand/0", np.zeros((0, 28), np.uint8)),
        ("hand/0", np.zeros((2000, 2000), np.uint8)),
        ("ink", np.full((28, 28), np.nan, np.float32)),
        ("ink", np.zeros((28, 28), np.uint8)),
    ],
)
def test_drawings_that_are_none_are_refused(name: str, value: np.ndarray) -> None:
    session = Session(recipe=SMALL)
    session.pad.show(np.eye(28, dtype=np.float32))
    drawing = session.drawing
    assert drawing is not None
    session.hand.add(drawing, 1)
    with np.load(io.BytesIO(snapshot.save(session))) as file:
        arrays = dict(file)
    assert name in arrays
    again = io.BytesIO()
    np.savez(again, **(arrays | {name: value}))
    with pytest.raises(CheckpointError):
        snapshot.load(again.getvalue())
