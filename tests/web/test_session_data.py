"""Choosing data sets, and bringing one's own."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from nncore.data import Dataset
from nncore.errors import DataError, RecipeError
from tests.files import idx, npz
from tests.web.driving import SMALL, Shelf, Watch, rest, run, until
from web.session import Session
from web.session.data import own_data
from web.views.controls import ControlsView

RNG = np.random.default_rng(0)


def images(count: int, size: int = 28) -> np.ndarray:
    return RNG.integers(0, 256, (count, size, size), dtype=np.uint8)


def test_another_data_set_arrives_while_training_goes_on() -> None:
    async def scenario() -> None:
        labels = np.arange(40) % 10
        data = Dataset(images(40), labels, "mnist"), Dataset(images(20), labels[:20], "mnist")
        shelf = Shelf(data)
        session = Session(shelf, SMALL)
        session.configure(dataset="mnist")
        await until(lambda: session.library.share == 0.5)
        assert (session.library.loading, session.training.recipe.dataset) == ("mnist", "digits")
        shelf.gate.set()
        await until(lambda: session.training.recipe.dataset == "mnist")
        assert session.training.train_data is data[0]
        assert session.library.loading is None
        assert session.training.model(session.training.train_data.inputs(slice(0, 1))).shape == (1, 10)

    run(scenario())


def test_data_on_their_way_are_called_as_in_the_list() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        session = Session(shelf, SMALL)
        controls = ControlsView(session)
        session.configure(dataset="mnist")
        await until(lambda: session.library.share == 0.5)
        controls.refresh()
        assert controls.__panel__().idle == "MNIST, 28x28 is on its way: 50%."
        shelf.gate.set()
        await until(lambda: session.library.loading is None)

    run(scenario())


def test_train_pressed_while_loading_starts_when_the_data_are_there() -> None:
    async def scenario() -> None:
        shelf = Shelf()
        session = Session(shelf, SMALL)
        session.configure(dataset="mnist")
        session.train()
        assert session.training.state == "idle"
        shelf.gate.set()
        await until(lambda: session.training.state == "running")
        await rest(session)
        assert session.training.state == "finished"

    run(scenario())


def test_a_failed_load_says_why_and_leaves_all_as_it_was() -> None:
    async def scenario() -> None:
        shelf = Shelf(error=DataError("the file is cut short; reload the page"))
        session = Session(shelf, SMALL)
        session.configure(dataset="mnist")
        shelf.gate.set()
        await until(lambda: session.library.error is not None)
        assert session.library.error == "the file is cut short; reload the page"
        assert (session.recipe.dataset, session.library.loading) == ("digits", None)

    run(scenario())


def test_what_else_was_asked_for_while_data_failed_to_load_is_done() -> None:
    async def scenario() -> None:
        shelf = Shelf(error=DataError("the shelf is empty"))
        session = Session(shelf, SMALL)
        session.configure(dataset="mnist")
        session.configure(hidden=(8,), lr=0.25)
        watch = Watch(session, "settings")
        shelf.gate.set()
        await until(lambda: session.library.error is not None)
        assert session.recipe == session.training.recipe == SMALL.replace(hidden=(8,), lr=0.25)
        assert session.training.model[1].weight.data.shape == (64, 8)
        assert watch.heard
        assert session.library.error == "the shelf is empty"

    run(scenario())


def test_own_npz_becomes_the_data() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        content = npz(images=images(50, 12), labels=np.arange(50) % 3)
        session.use_own_data(own_data({"letters.npz": content}))
        assert session.recipe.dataset == "own"
        assert session.training.train_data.image_shape == (12, 12)
        assert "own" in session.library.names
        session.step_epoch()
        await rest(session)
        assert len(session.training.history.tests) == 1

    run(scenario())


def test_own_data_that_the_network_cannot_read_change_nothing() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(model="cnn"))
        with pytest.raises(RecipeError, match="expected 4 pixels or more"):
            session.use_own_data(own_data({"tiny.npz": npz(images=images(50, 3), labels=np.arange(50) % 3)}))
        assert (session.recipe.dataset, session.library.names) == ("digits", Session().library.names)

    run(scenario())


def test_own_idx_files_are_told_apart_by_name() -> None:
    files = {
        "my-train-images-idx3-ubyte.gz": gzip.compress(idx(images(20))),
        "my-train-labels-idx1-ubyte": idx(np.arange(20) % 10),
        "my-test-images": idx(images(5)),
        "my-test-labels": idx(np.arange(5)),
    }
    train, test = own_data(files)
    assert (len(train), len(test)) == (20, 5)
    del files["my-test-images"], files["my-test-labels"]
    train, test = own_data(files)
    assert (len(train), len(test)) == (16, 4)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "got no file"),
        ({"train-images": b""}, "no file with train labels"),
        ({"data.npz": b"not a zip"}, "not a readable .npz"),
        ({"train-images": b"junk", "train-labels": b"junk"}, "not an IDX file"),
        ({"data.npz": npz(pictures=images(3))}, "got arrays"),
    ],
)
def test_own_data_that_cannot_be_used_are_explained(files: dict[str, bytes], message: str) -> None:
    with pytest.raises(DataError, match=message):
        own_data(files)
