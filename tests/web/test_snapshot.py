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
        assert "reads images of (28, 28)" in str(session.library.error)
        assert session.recipe == SMALL

    run(scenario())
