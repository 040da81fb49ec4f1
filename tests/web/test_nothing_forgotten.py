"""Intents survive a load, and what is derived from the network is never taken for newer than it is."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest

from nncore import checkpoint
from nncore.data import load_digits
from nncore.preprocess import Prepared
from tests.web.driving import SMALL, Shelf, Watch, rest, run, until
from web.browser import bridge, keeper, saver
from web.session import Session, snapshot
from web.session.data import own_data
from web.session.pad import Reader
from web.views.answer import AnswerView
from web.views.hand import HandView
from web.views.mistakes import MistakesView

LINK = SMALL.replace(dataset="mnist", lr=0.1, hidden=(16,))
INK = np.eye(28, dtype=np.float32)


def loading(shelf: Shelf) -> Session:
    """A session in which a link's data set is on its way."""
    session = Session(shelf, SMALL)
    session.configure(**LINK.to_dict())
    return session


# -- what is commanded while something loads -----------------------------------------------------------------


def test_settings_changed_while_a_links_data_load_are_kept() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        session = loading(shelf)
        assert session.recipe == LINK, "the form shows what the link asks for"
        session.configure(lr=0.7)
        session.configure(hidden=(8,))
        assert session.training.recipe.lr == 0.7, "a live setting takes effect at once as well"
        assert session.training.recipe.hidden == (16,)
        shelf.gate.set()
        await until(lambda: session.library.loading is None)
        assert session.training.recipe == LINK.replace(lr=0.7, hidden=(8,)) == session.recipe

    run(scenario())


def test_the_form_is_told_what_was_asked_for() -> None:
    async def scenario() -> None:
        session, told = Session(Shelf(), SMALL), []
        session.subscribe("settings", lambda: told.append(session.recipe))
        session.configure(**LINK.to_dict())
        assert LINK in told

    run(scenario())


def test_commands_are_merged_in_order_and_the_last_word_counts() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        session = loading(shelf)
        session.train()
        session.configure(lr=0.3)
        session.configure(lr=0.4, epochs=1)
        shelf.gate.set()
        await until(lambda: session.training.state == "running")
        await rest(session)
        assert session.training.recipe == LINK.replace(lr=0.4, epochs=1)
        assert len(session.training.history.tests) == 1

    run(scenario())


def test_going_back_to_the_present_data_ends_the_load_and_keeps_the_rest() -> None:
    async def scenario() -> None:
        session = loading(Shelf())
        session.configure(lr=0.7)
        session.train()
        session.configure(dataset="digits")
        assert session.library.loading is None
        assert session.training.recipe == LINK.replace(dataset="digits", lr=0.7)
        await rest(session)
        assert session.training.state == "finished"

    run(scenario())


def test_pause_and_reset_take_train_back() -> None:
    async def scenario() -> None:
        for take_back in ("pause", "reset"):
            shelf = Shelf()
            session = loading(shelf)
            session.train()
            assert session.waiting
            getattr(session, take_back)()
            assert not session.waiting
            shelf.gate.set()
            await until(lambda session=session: session.training.recipe.dataset == "mnist")
            assert session.training.state == "idle"

    run(scenario())


def saved_model(session: Session) -> checkpoint.Checkpoint:
    file = io.BytesIO()
    model = LINK.build_model(session.training.train_data)
    checkpoint.save(file, model, LINK, (8, 8))
    return checkpoint.load(file.getvalue())


def test_train_pressed_while_a_model_opens_trains_it() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        session = Session(shelf, SMALL)
        saved = saved_model(session)
        session.open(saved)
        session.configure(lr=0.25)
        session.step()
        shelf.gate.set()
        await until(lambda: session.training.status.global_step == 1)
        assert session.training.recipe == LINK.replace(lr=0.25)

    run(scenario())


def test_an_unexpected_failure_of_a_loader_is_told_and_leaves_nothing_hanging() -> None:
    async def scenario() -> None:
        shelf = Shelf(error=RuntimeError("a fault of the program"))
        session = loading(shelf)
        session.configure(lr=0.7)
        session.train()
        shelf.gate.set()
        await until(lambda: session.library.error is not None)
        assert "a fault of the program" in str(session.library.error)
        assert session.library.loading is None
        assert session.recipe == SMALL.replace(lr=0.7), (
            "the data did not come; what else was asked for applies"
        )
        session.train()
        await rest(session)
        assert session.training.state == "finished"

    run(scenario())


def test_own_data_end_a_load_and_take_its_settings() -> None:
    async def scenario() -> None:
        session = loading(Shelf())
        session.configure(lr=0.7)
        session.use_own_data(load_digits())
        assert session.library.loading is None
        assert session.recipe == LINK.replace(dataset="own", lr=0.7)

    run(scenario())


# -- versions ------------------------------------------------------------------------------------------------


def test_every_change_of_weights_is_another_version() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        seen = [session.training.version]

        def changed() -> bool:
            seen.append(session.training.version)
            return seen[-1] > seen[-2]

        session.step()
        await rest(session)
        assert changed()
        session.training.weights_changed()
        assert changed()
        session.reset()
        assert changed()
        session.open(checkpoint.load(snapshot.model_file(session)))
        assert changed()
        session.pad.draw(INK)
        session.configure(lr=0.1)
        assert not changed()

    run(scenario())


def test_mistakes_follow_a_network_that_was_taught() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.train()
        await rest(session)
        view = MistakesView(session)
        view.show()
        assert session.analysis.fresh
        old = session.analysis.found
        state = {name: np.zeros_like(array) for name, array in session.training.model.state_dict().items()}
        session.training.model.load_state_dict(state)
        session.training.weights_changed()
        assert not session.analysis.fresh
        await until(lambda: session.analysis.fresh)
        assert session.analysis.found is not None
        assert old is not None
        assert session.analysis.found.evaluation.accuracy < 0.2 < old.evaluation.accuracy
        assert f"{session.analysis.found.evaluation.accuracy:.2%}" in view._bar.status

    run(scenario())


def test_a_taught_network_survives_a_reload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")

    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = HandView(session)
        view.show()
        session.hand.add(Prepared(INK), 7)
        session.train()
        await rest(session)
        keep = keeper.Keeper(session)
        view._teach()
        await until(lambda: view._taught is not None)
        view._keep()
        await until(lambda: keep.at_rest)
        saved = keeper.saved_session()
        assert saved is not None
        for name, array in session.training.model.state_dict().items():
            np.testing.assert_array_equal(saved.checkpoint.weights[name], array)

    run(scenario())


def test_an_answer_is_asked_for_once_per_drawing_and_version() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.pad.draw(INK)
        watch = Watch(session, "prediction")
        session.pad.ask("yours")
        assert watch.heard == []
        session.training.weights_changed()
        assert watch.heard == ["prediction"]
        assert session.pad.answers["yours"].version == session.training.version

    run(scenario())


# -- a network that fails ------------------------------------------------------------------------------------


def test_one_networks_nan_does_not_silence_the_other() -> None:
    async def scenario() -> None:
        # A rate at which a ReLU network's weights, pulled by -99 a step, soon exceed every number.
        session = Session(recipe=SMALL.replace(activation="relu", lr=100.0, weight_decay=1.0))
        digits = [3]
        session.pad.set_reader("ready-made", Reader((28, 28), lambda image: np.eye(10)[digits[-1]]))
        view = AnswerView(session)
        view.show()
        session.pad.draw(INK)
        session.train()
        await rest(session)
        assert session.training.state == "error"
        assert view._bars.headline == "3"
        digits.append(4)
        session.pad.draw(INK[::-1])
        assert view._bars.headline == "4", "the ready-made network goes on answering"
        assert "Your network: its output is no number" in view._bars.problem
        session.reset()
        assert view._bars.problem == ""

    run(scenario())


def test_a_network_that_raises_is_told_as_well() -> None:
    session = Session(recipe=SMALL)

    def broken(image: np.ndarray) -> np.ndarray:
        raise ValueError("shapes do not fit")

    session.pad.draw(INK)
    session.pad.set_reader("ready-made", Reader((28, 28), broken))
    assert session.pad.answer("ready-made") is None
    assert "shapes do not fit" in session.pad.answers["ready-made"].problem
    assert session.pad.answer("yours") is not None


# -- the ends of runs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("patience", [0, 50])
def test_more_patience_after_early_stopping_goes_on(patience: int) -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(lr=0.0, epochs=6, patience=2))
        session.train()
        await rest(session)
        assert [point.epoch for point in session.training.history.tests] == [1, 2, 3]
        model = session.training.model
        session.configure(patience=patience)
        session.train()
        await rest(session)
        assert session.training.model is model
        assert [point.epoch for point in session.training.history.tests] == [1, 2, 3, 4, 5, 6]

    run(scenario())


def test_no_test_images_are_no_fault() -> None:
    async def scenario() -> None:
        train, test = load_digits()
        session = Session(recipe=SMALL)
        session.use_own_data((train, test[:0]))
        view = MistakesView(session)
        view.show()
        session.train()
        await rest(session)
        assert session.training.state == "finished"
        assert session.analysis.found is None
        assert "no test images" in view._bar.status

    run(scenario())


def test_an_own_file_with_an_empty_test_set_is_split() -> None:
    file = io.BytesIO()
    images, labels = np.zeros((20, 9, 9), np.uint8), np.arange(20) % 4
    np.savez(file, x_train=images, y_train=labels, x_test=images[:0], y_test=labels[:0])
    train, test = own_data({"mine.npz": file.getvalue()})
    assert (len(train), len(test)) == (16, 4)


def test_a_run_that_is_gone_can_be_deleted_again() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.step_epoch()
        await rest(session)
        session.reset()
        (kept,) = session.runs
        watch = Watch(session, "runs")
        for _ in range(2):
            session.runs.delete(kept.id)
            session.runs.rename(kept.id, "late")
            session.runs.set_visible(kept.id, False)
        assert watch.heard == ["runs"]
        assert len(session.runs) == 0

    run(scenario())


# -- storage -------------------------------------------------------------------------------------------------


def test_storage_that_keeps_nothing_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    told: list[str] = []

    async def persist() -> bool:
        return False

    async def scenario() -> None:
        monkeypatch.setattr(bridge, "persist", persist)
        monkeypatch.setattr(bridge, "notify", lambda text, kind="info": told.append(text))
        session = Session(recipe=SMALL)
        keep = keeper.Keeper(session)
        for label in (1, 2):
            session.hand.add(Prepared(INK), label)
            await until(lambda: keep.at_rest)
        assert len(told) == 1
        assert "a reload will begin anew" in told[0]

    run(scenario())


def test_a_young_run_is_saved_with_the_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    monkeypatch.setattr(saver, "TOGETHER", 0.01)

    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=10_000))
        keeper.Keeper(session)
        session.pad.draw(INK)
        session.train()
        await until(keeper.FILE.exists)
        await asyncio.sleep(0)
        assert session.training.state == "running"
        saved = keeper.saved_session()
        assert saved is not None
        assert saved.checkpoint.trainer_state is not None
        session.pause()
        again = Session()
        snapshot.restore(again, saved)
        assert again.training.state in ("paused", "idle")
        np.testing.assert_array_equal(again.pad.ink, INK)

    run(scenario())
