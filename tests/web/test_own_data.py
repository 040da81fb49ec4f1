"""Data of one's own that are no digits: named by their own words, images or vectors, kept over a reload."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import param
import pytest

from nncore.data import Dataset
from nncore.recipe import Recipe
from tests.files import npz
from tests.web.driving import rest, run, until
from web.browser import keeper
from web.session import Session
from web.session.data import own_data
from web.views.answer import AnswerView
from web.views.pad import PadView
from web.views.picture import PictureView
from web.views.projection import ProjectionView
from web.views.race import RaceView
from web.views.samples import SamplesView
from web.views.tabs import TABS
from web.views.unit import UnitView
from web.views.view import MakeView

RNG = np.random.default_rng(0)
SMALL = Recipe(hidden=(8,), epochs=2, batch_size=16)
NAMES = ["circle", "cross", "line"]
CARDS: dict[str, MakeView] = {
    **TABS,
    "Answer": AnswerView,
    "Pad": PadView,
    "Picture": lambda session: PictureView(session, UnitView(session)),
    "Projection": ProjectionView,
    "Race": RaceView,
    "Samples": SamplesView,
}


def shapes() -> bytes:
    """Images of three classes with names, as a file."""
    images = RNG.integers(0, 256, (90, 9, 9), dtype=np.uint8)
    return npz(images=images, labels=np.arange(90) % 3, class_names=np.array(NAMES))


def measurements(features: int, count: int = 90) -> bytes:
    """Vectors in two classes, as a file: where the first feature is large is the second class."""
    x = RNG.normal(size=(count, features)) * 4
    return npz(images=x, labels=(x[:, 0] > 0).astype(int))


def texts(thing: Any) -> Iterator[str]:
    """Every text that a view hands to the page."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from texts(value)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from texts(value)
    elif isinstance(thing, param.Parameterized):
        for name in set(thing.param) - {"name"}:
            yield from texts(getattr(thing, name))


async def with_own(content: bytes) -> Session:
    session = Session(recipe=SMALL)
    session.use_own_data(own_data({"mine.npz": content}))
    await until(lambda: session.training.recipe.dataset == "own")
    return session


@pytest.mark.parametrize("card", sorted(CARDS.keys() - {"Code"}))  # which names `load_digits`
def test_no_card_says_digit_where_the_classes_are_none(card: str) -> None:
    async def scenario() -> None:
        session = await with_own(shapes())
        view = CARDS[card](session)
        view.show()
        said = set(texts(view.__panel__()))
        session.show_image(session.training.test_data.images[0])
        session.train()
        await rest(session)
        view.refresh()
        await until(lambda: not any(map(session.jobs.running, ("evaluation", "projection"))))
        said |= set(texts(view.__panel__()))
        assert said
        assert not [text for text in said if "digit" in text.lower()]
        view.hide()

    run(scenario())


@pytest.mark.parametrize("features", [2, 5])
@pytest.mark.parametrize("card", CARDS)
def test_every_card_copes_with_vectors_of_ones_own(
    card: str, features: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        session = await with_own(measurements(features))
        view = CARDS[card](session)
        view.show()
        session.train()
        await rest(session)
        view.refresh()
        await until(lambda: not any(map(session.jobs.running, ("evaluation", "projection"))))
        view.hide()

    with caplog.at_level(logging.WARNING):
        run(scenario())
    assert not caplog.records


def test_a_network_learns_vectors_of_ones_own() -> None:
    async def scenario() -> None:
        session = await with_own(measurements(4, 400))
        assert session.training.train_data.num_classes == 2
        session.configure(epochs=20, lr=0.1)
        session.train()
        await rest(session)
        assert session.training.history.tests[-1].accuracy > 0.9

    run(scenario())


@pytest.mark.parametrize("content", [shapes(), measurements(3)], ids=["images", "vectors"])
def test_data_of_ones_own_survive_a_reload(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "FILE", tmp_path / "session.npz")
    monkeypatch.setattr(keeper, "DATA", tmp_path / "data.npz")

    async def scenario() -> None:
        session = Session(recipe=SMALL)
        keep = keeper.Keeper(session)
        session.use_own_data(own_data({"mine.npz": content}))
        await until(lambda: session.training.recipe.dataset == "own")
        await until(lambda: keep.at_rest)
        found = keeper.saved_data()
        assert found is not None
        for kept, own in zip(found, (session.training.train_data, session.training.test_data), strict=True):
            assert isinstance(kept, Dataset)
            assert kept.class_names == own.class_names
            assert np.array_equal(kept.samples, own.samples)
            assert np.array_equal(kept.labels, own.labels)

    run(scenario())
