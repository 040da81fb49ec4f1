"""A replay puts a past network on show, everywhere, and leaves the one under training alone."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import load_digits
from nncore.evaluate import evaluate
from tests.web.driving import SMALL, Watch, rest, run, until
from web.session import Session, snapshot

TRAIN, TEST = load_digits()


async def trained() -> Session:
    session = Session(recipe=SMALL)
    session.show_image(TEST.images[0])
    session.train()
    await rest(session)
    return session


def test_the_past_answers_is_tested_and_gives_way_to_the_present_unchanged() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.show_image(TEST.images[0])
        before = session.pad.answer("yours")
        session.train()
        await rest(session)
        weights, now = session.training.model.state_dict(), session.pad.answer("yours")
        assert before is not None
        assert now is not None
        heard = Watch(session, "replay", "weights", "prediction", "analysis").heard
        session.replay.show(0)
        assert {"replay", "weights", "prediction", "analysis"} <= set(heard)
        assert session.replay.step == 0
        assert session.pad.answer("yours") == pytest.approx(before, abs=2e-3)
        assert session.analysis.found is None
        session.analysis.ask()
        await until(lambda: session.analysis.fresh)
        found = session.analysis.found
        assert found is not None
        untrained = SMALL.build_trainer(TRAIN, TEST)
        expected = evaluate(untrained.model, untrained.criterion, TEST)
        assert found.evaluation.accuracy == pytest.approx(expected.accuracy, abs=0.01)
        session.replay.end()
        assert session.replay.moment is None
        assert np.array_equal(session.pad.answer("yours"), now)
        assert session.analysis.found is session.training.experiment.evaluated
        for name, array in session.training.model.state_dict().items():
            assert np.array_equal(array, weights[name])

    run(scenario())


def test_moments_are_in_order_and_the_last_position_is_the_present() -> None:
    async def scenario() -> None:
        session = await trained()
        replay = session.replay
        assert replay.length > 8
        assert replay.position == replay.length
        steps = []
        for position in range(replay.length):
            replay.show(position)
            assert replay.position == position
            steps.append(replay.step)
        assert steps == sorted(set(steps))
        assert replay.epoch == pytest.approx(replay.step / len(session.training.trainer.loader))
        replay.show(replay.length)
        assert replay.step == session.training.status.global_step

    run(scenario())


def test_training_goes_on_behind_a_replay_and_to_train_ends_it() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=500))
        session.train()
        await until(lambda: session.replay.length > 6)
        session.replay.show(3)
        step = session.replay.step
        await until(lambda: session.training.status.global_step > 3000)
        assert session.replay.step == step
        assert session.replay.position < session.replay.length
        assert not session.replay.changes
        session.pause()
        assert session.replay.step == step
        session.step()
        assert session.replay.moment is None
        session.pause()

    run(scenario())


def test_a_new_network_begins_a_new_replay_and_a_restored_one_where_it_stands() -> None:
    async def scenario() -> None:
        session = await trained()
        session.replay.show(1)
        session.reset()
        assert session.replay.moment is None
        assert session.replay.length == 1
        other = await trained()
        snapshot.restore(session, snapshot.load(snapshot.save(other)))
        assert session.replay.length == 1
        assert session.training.experiment.recorder[0].step == other.training.status.global_step

    run(scenario())
