"""The session is kept in storage, and nothing that changes meanwhile is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from nncore.data import Dataset
from nncore.preprocess import Prepared
from tests.web.driving import SMALL, finish, rest, run, until
from web.browser import keeper, replay_files, saver
from web.session import Session, snapshot
from web.session.data import split
from web.session.pace import Speed
from web.session.recorder import Recorder

INK = Prepared(np.eye(28, dtype=np.float32))


def test_what_changes_during_a_saving_is_saved_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "saved" / "session.npz")

    async def scenario() -> None:
        storing, stored = asyncio.Event(), asyncio.Event()

        async def persist() -> bool:
            storing.set()
            await stored.wait()
            return True

        monkeypatch.setattr(keeper.bridge, "persist", persist)
        session = Session(recipe=SMALL)
        keep = keeper.Keeper(session)
        session.hand.add(INK, 1)
        await storing.wait()
        session.hand.add(INK, 2)  # while the browser stores the first
        stored.set()
        await until(lambda: keep.at_rest)
        saved = keeper.saved_session()
        assert saved is not None
        assert saved.hand["labels"].tolist() == [1, 2]

    run(scenario())


async def _store_while_training() -> None:
    """The disk is slow: in mid-run the network learns meanwhile."""
    await asyncio.sleep(0.5)


async def _store_in_its_way() -> None:
    """The device computes meanwhile."""
    time.sleep(0.2)


# If storing counted whole, the next one would be due after 25 seconds, or ten. At a pace to be watched
# training waits between its steps anyway: at most the last moments are lost with the page.
@pytest.mark.parametrize(
    ("store", "speed"), [(_store_while_training, "full"), (_store_in_its_way, "closely")]
)
def test_a_run_is_kept_soon_and_often_however_slowly_the_browser_stores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Callable[[], Awaitable[None]], speed: Speed
) -> None:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    monkeypatch.setattr(keeper, "IN_MID_RUN", 0.0)
    savings = 0

    async def scenario() -> None:
        async def persist() -> bool:
            nonlocal savings
            await store()
            savings += 1
            return True

        monkeypatch.setattr(keeper.bridge, "persist", persist)
        session = Session(recipe=SMALL.replace(epochs=10_000))
        session.training.set_speed(speed)
        keep = keeper.Keeper(session)
        session.hand.add(INK, 1)
        await until(lambda: keep.at_rest)
        before = savings
        session.train()
        await until(lambda: savings == before + 4)
        session.pause()
        await until(lambda: keep.at_rest)

    run(scenario())


@pytest.mark.parametrize("tells", [True, False])
def test_a_browser_that_keeps_nothing_is_told_once_but_not_in_a_frame(
    tells: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    told: list[str] = []
    monkeypatch.setattr(keeper.bridge, "notify", lambda text, kind="info": told.append(text))

    async def scenario() -> None:
        async def persist() -> bool:
            return False

        monkeypatch.setattr(keeper.bridge, "persist", persist)
        session = Session(recipe=SMALL)
        keep = keeper.Keeper(session, tells=tells)
        for label in (1, 2):
            session.hand.add(INK, label)
            await until(lambda: keep.at_rest)
        assert told == [keeper.NOTHING_KEPT] * tells

    run(scenario())


def test_own_data_are_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    monkeypatch.setattr(keeper, "DATA", tmp_path / "data.npz")
    assert keeper.saved_data() is None

    async def scenario() -> None:
        session = Session(recipe=SMALL)
        keep = keeper.Keeper(session)
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (50, 9, 9), dtype=np.uint8)
        own = split(Dataset(images, np.arange(50) % 3, num_classes=10))
        session.use_own_data(own)
        await until(lambda: keep.at_rest)
        saved = keeper.saved_data()
        assert saved is not None
        for kept, given in zip(saved, own, strict=True):
            np.testing.assert_array_equal(kept.images, given.images)
            np.testing.assert_array_equal(kept.labels, given.labels)

    run(scenario())


def test_a_damaged_session_is_told_and_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(keeper.bridge, "notify", lambda text, kind="info": told.append(text))
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    assert keeper.saved_session() is None
    assert not told
    keeper.FILE.write_bytes(b"PK damaged")
    assert keeper.saved_session() is None
    assert "could not be read (session: not a readable .npz" in told[0]
    assert (tmp_path / "unreadable session.npz").read_bytes() == b"PK damaged"
    assert keeper.saved_session() is None
    assert len(told) == 1


def test_what_code_may_never_come_back_from_is_preceded_by_a_saving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    monkeypatch.setattr(saver, "TOGETHER", 60.0)  # by itself it would be stored much later

    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.jobs.keep = keeper.Keeper(session).store
        session.hand.add(INK, 7)
        session.code.edit("print('still here')")
        session.code.run()
        await until(lambda: session.code.state != "running")
        saved = keeper.saved_session()
        assert saved is not None
        assert saved.hand["labels"].tolist() == [7]

    run(scenario())


def test_the_replay_of_a_run_outlives_a_reload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    folder = tmp_path / "session.replay"

    async def scenario() -> None:
        session = Session(recipe=SMALL)
        keep = keeper.Keeper(session)
        session.train()
        await rest(session)
        await until(lambda: keep.at_rest)
        before = list(session.training.experiment.recorder)
        assert len(before) > 5
        saved = keeper.saved_session()
        assert saved is not None
        other = Session()
        snapshot.restore(other, saved)
        replay, again = other.replay, keeper.Keeper(other)
        await until(lambda: other.training.recipe == SMALL and len(other.training.experiment.recorder) > 1)
        assert [moment.step for moment in other.training.experiment.recorder][: len(before)] == [
            moment.step for moment in before
        ]
        replay.show(0)
        weights = replay.model.state_dict()
        assert all(np.allclose(weights[name], array) for name, array in before[0].state.items())
        versions = [moment.version for moment in other.training.experiment.recorder]
        assert len({*versions, other.training.version}) >= len(versions)
        await again.store()
        session.reset()
        await until(lambda: keep.at_rest)
        assert {path.name for path in folder.iterdir()} == {
            f"{session.training.experiment.recorder.key}-0-0-1.npz"
        }

    run(scenario())


def test_a_replay_takes_bounded_room_and_what_is_damaged_of_it_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    model = SMALL.build_model(Session(recipe=SMALL).training.train_data)
    for step in range(400):
        recorder.offer(step, step / 10, step, model)
    monkeypatch.setattr(replay_files, "BUDGET", recorder.bytes / 3)
    replay_files.store(recorder, tmp_path)
    moments = -(-len(recorder) // 4)
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == -(-moments // 8)
    assert len(finish(replay_files.load(tmp_path, recorder.key))) == moments
    kept[0].write_bytes(b"PK damaged")
    assert moments - 8 <= len(finish(replay_files.load(tmp_path, recorder.key))) < moments
    assert finish(replay_files.load(tmp_path, "another")) == []


def test_of_a_run_under_way_full_files_alone_are_stored_and_nothing_that_was_stored_is_lost(
    tmp_path: Path,
) -> None:
    recorder = Recorder()
    model = SMALL.build_model(Session(recipe=SMALL).training.train_data)

    def offer(moments: int) -> int:
        for step in range(recorder[-1].step + 1 if recorder else 0, 100_000):
            if len(recorder) == moments:
                break
            recorder.offer(step, step / 10, step, model)
        return len(finish(replay_files.load(tmp_path, recorder.key)))

    for moments, whole, stored in [(3, False, 0), (10, True, 10), (13, False, 10), (16, False, 16)]:
        offer(moments)
        replay_files.store(recorder, tmp_path, whole=whole)
        assert offer(moments) == stored


def test_a_replay_stored_a_moment_to_a_file_is_read_still(tmp_path: Path) -> None:
    weights = np.ones((2, 3), np.float16)
    np.savez(
        tmp_path / "run-7.npz", **{"step": np.array(7), "epoch": np.array(0.5), "state/0.weight": weights}
    )
    [moment] = finish(replay_files.load(tmp_path, "run"))
    assert (moment.step, moment.epoch) == (7, 0.5)
    assert np.array_equal(moment.state["0.weight"], weights)


def test_what_could_not_be_stored_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Own data, and that a file which could not be read was put aside."""
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    monkeypatch.setattr(keeper, "DATA", tmp_path / "data.npz")

    async def scenario() -> None:
        room = False

        async def persist() -> bool:
            return room

        monkeypatch.setattr(keeper.bridge, "persist", persist)
        keeper.FILE.write_bytes(b"unreadable")
        assert keeper.saved_session() is None
        session = Session(recipe=SMALL)
        keep = keeper.Keeper(session, tells=False)
        images = np.zeros((50, 9, 9), np.uint8)
        session.use_own_data(split(Dataset(images, np.arange(50) % 10)))
        await until(lambda: keep.at_rest)
        room = True
        keeper.DATA.unlink()  # the next saving finds what had been stored before
        keeper.FILE.write_bytes(b"unreadable")
        session.hand.add(INK, 1)
        await until(lambda: keep.at_rest)
        assert keeper.saved_data() is not None
        assert keeper.saved_session() is not None
        assert keeper.FILE.with_name("unreadable session.npz").read_bytes() == b"unreadable"

    run(scenario())
