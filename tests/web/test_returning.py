"""The network of the last visit comes back, and is not overwritten before it has."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nncore import checkpoint
from nncore.data import Dataset
from nncore.recipe import Recipe
from tests.files import idx
from tests.web.driving import SMALL, SQUARE, Shelf, ran, rest, run, until
from web.browser import bridge, keeper
from web.session import Session, snapshot
from web.session.data import own_data, split

RNG = np.random.default_rng(0)
LABELS = np.arange(100) % 10
LARGE = split(Dataset(RNG.integers(0, 256, (100, 28, 28), np.uint8), LABELS))
MISSING = f"import no_such_module\n{SQUARE}"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    return tmp_path / "session.npz"


async def left(code: str = "") -> bytes:
    """What a visit kept in which a network learnt from MNIST."""
    shelf = Shelf(LARGE)
    shelf.gate.set()
    session = Session(shelf, SMALL)
    session.configure(dataset="mnist")
    await until(lambda: session.library.loading is None)
    if code:
        await ran(session, code)
        assert session.code.state == "right"
    session.train()
    await rest(session)
    return snapshot.save(session)


def test_a_network_of_ones_own_code_comes_back_to_its_data() -> None:
    """The page starts with other data than the code was written for."""

    async def scenario() -> None:
        session = Session(Shelf(LARGE))
        snapshot.restore(session, snapshot.load(await left(SQUARE)))
        assert session.returning
        session.library._source.gate.set()  # type: ignore[attr-defined]
        await until(lambda: not session.returning)
        assert (session.code.state, session.code.problem) == ("right", None)
        assert session.code.in_use
        assert session.training.recipe.dataset == "mnist"
        assert len(session.training.history.tests) == SMALL.epochs

    run(scenario())


@pytest.mark.parametrize("error", [None, bridge.FetchError("no net")])
def test_what_is_kept_stays_until_its_data_are_there_or_something_else_is_begun(
    file: Path, error: Exception | None
) -> None:
    async def scenario() -> None:
        kept = await left()
        file.write_bytes(kept)
        shelf = Shelf(LARGE, error)
        session = Session(shelf, SMALL)
        snapshot.restore(session, snapshot.load(kept))
        keep = keeper.Keeper(session)
        session.pad.clear()
        await asyncio.sleep(0.5)
        await keep.store()  # the page is left
        assert file.read_bytes() == kept
        shelf.gate.set()
        await until(lambda: session.library.loading is None)
        if error:
            await asyncio.sleep(0.5)
            assert file.read_bytes() == kept
            assert session.library.error is not None
            session.step()  # with the data that are there, instead
        await until(lambda: keep.at_rest)
        assert snapshot.load(file.read_bytes()).checkpoint.recipe.dataset == ("digits" if error else "mnist")

    run(scenario())


def test_what_is_kept_stays_where_the_site_has_its_data_no_more(file: Path) -> None:
    async def scenario() -> None:
        kept = await left()
        file.write_bytes(kept)
        shelf = Shelf()
        shelf.names = ("digits",)
        session = Session(shelf, SMALL)
        snapshot.restore(session, snapshot.load(kept))
        keeper.Keeper(session)
        session.pad.clear()
        await asyncio.sleep(0.5)
        assert file.read_bytes() == kept
        assert "not part of this site" in (session.library.error or "")

    run(scenario())


@pytest.mark.parametrize("mended", [True, False])
def test_what_is_kept_stays_where_its_code_cannot_run_this_time(file: Path, mended: bool) -> None:
    async def scenario() -> None:
        found = snapshot.load(await left(SQUARE))
        saved = replace(found.checkpoint, code=MISSING)
        file.write_bytes(b"as it was")
        shelf = Shelf(LARGE)
        shelf.gate.set()
        session = Session(shelf)
        session.open(saved, found.past, trusted=True)
        keep = keeper.Keeper(session)
        await until(lambda: session.code.state == "wrong")
        session.pad.clear()
        await asyncio.sleep(0.5)
        assert file.read_bytes() == b"as it was"
        if mended:
            session.code.edit(SQUARE)  # without what is missing
            session.code.run()
        else:
            session.step()  # without it, instead
        await until(lambda: keep.at_rest)
        assert session.code.in_use == mended
        kept = snapshot.load(file.read_bytes())
        assert len(kept.past.history.tests) == (SMALL.epochs if mended else 0)

    run(scenario())


def test_a_network_that_waits_for_code_waits_no_more_when_another_is_begun() -> None:
    async def scenario() -> None:
        first, second = Session(recipe=SMALL), Session(recipe=SMALL)
        await ran(first, SQUARE)
        assert first.code.state == "right"
        first.step()
        await rest(first)
        second.open(checkpoint.load(snapshot.model_file(first)))
        second.configure(hidden=(8,))
        second.code.run()
        await until(lambda: second.code.state == "right")
        assert second.training.recipe.hidden == (8,)
        assert second.training.status.global_step == 0

    run(scenario())


def test_opening_a_network_that_cannot_be_leaves_what_is_on_its_way() -> None:
    async def scenario() -> None:
        other = Session(recipe=SMALL)
        images = RNG.integers(0, 256, (100, 9, 9), np.uint8)
        other.use_own_data(split(Dataset(images, LABELS)))
        shelf = Shelf(LARGE)
        session = Session(shelf, SMALL)
        session.configure(dataset="mnist")
        session.train()
        session.open(checkpoint.load(snapshot.model_file(other)))
        assert "data of your own" in (session.library.error or "")
        shelf.gate.set()
        await until(lambda: session.training.state == "finished")
        assert session.training.recipe.dataset == "mnist"
        assert session.library.error is not None, "told until something else is asked for"

    run(scenario())


@pytest.mark.parametrize(
    "recipe",
    [
        SMALL.replace(lr=3.0, momentum=0.95, activation="relu", hidden=(64, 64, 64)),
        SMALL.replace(lr=100.0, weight_decay=1.0, momentum=0.9),
    ],
)
def test_a_run_that_diverged_is_kept_too(recipe: Recipe) -> None:
    async def scenario() -> None:
        session = Session(recipe=recipe)
        session.train()
        await rest(session)
        assert session.training.state == "error"
        again = snapshot.load(snapshot.save(session))
        assert again.checkpoint.recipe == recipe

    run(scenario())


def test_a_file_without_curves_is_gone_on_with() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(batch_size=2000, epochs=1))
        session.step()
        await rest(session)
        again = Session(recipe=SMALL)
        again.open(checkpoint.load(snapshot.model_file(session)))
        again.train()
        await rest(again)
        assert again.training.state == "finished"
        assert again.outcome.result is not None

    run(scenario())


def test_an_opened_network_is_not_said_to_have_begun_as_its_seed_would() -> None:
    async def scenario() -> None:
        first, second = Session(recipe=SMALL), Session(recipe=SMALL)
        first.train()
        await rest(first)
        saved = checkpoint.load(snapshot.model_file(first))
        weights = replace(saved, trainer_state=None)
        second.open(weights)
        second.train()
        await rest(second)
        assert second.outcome.result is not None
        assert (second.outcome.result.before, second.outcome.result.complete) == (None, True)

    run(scenario())


def test_own_files_whose_parts_differ() -> None:
    def files(classes: int, side: int) -> dict[str, bytes]:
        images, labels = np.zeros((20, 9, 9), np.uint8), np.arange(20) % 10
        other, more = np.zeros((20, side, side), np.uint8), np.arange(20) % classes
        return {
            "train-images": idx(images),
            "train-labels": idx(labels.astype(np.uint8)),
            "test-images": idx(other),
            "test-labels": idx(more.astype(np.uint8)),
        }

    train, test = own_data(files(13, 9))
    assert train.num_classes == test.num_classes == 13
    assert len(train.class_names) == 13
    with pytest.raises(ValueError, match="9×9 and test images of 7×7"):
        own_data(files(10, 7))
