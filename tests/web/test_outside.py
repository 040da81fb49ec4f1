"""What leaves the session and comes back: files, the address, the browser's storage."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest

from nncore import checkpoint
from tests.web.driving import SMALL, rest, run, until
from web.app import not_hidden
from web.browser import bridge, keeper
from web.browser.address import Address
from web.browser.keeper import Keeper, saved_session
from web.session import Session
from web.share.files import Files
from web.share.link import Link, read_link, write_link


class Browser:
    """Stands in for the page: remembers what it was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.downloads: dict[str, bytes] = {}
        self.notices: list[tuple[str, str]] = []
        self.address = ""
        self._follow = lambda address: None
        monkeypatch.setattr(
            bridge, "download", lambda name, data, mime="": self.downloads.update({name: data})
        )
        monkeypatch.setattr(bridge, "notify", lambda text, kind="info": self.notices.append((kind, text)))
        monkeypatch.setattr(bridge, "set_hash", self._set)
        monkeypatch.setattr(bridge, "get_hash", lambda: self.address)
        monkeypatch.setattr(bridge, "on", self._on)

    def follow(self, address: str) -> None:
        """The visitor follows a link on the page."""
        self.address = address
        self._follow(address)

    def _set(self, address: str) -> None:
        self.address = address

    def _on(self, topic: str, callback: object) -> None:
        if topic == "hash":
            self._follow = callback  # type: ignore[assignment]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(monkeypatch)


def test_a_saved_model_can_be_opened_again(page: Browser) -> None:
    async def scenario() -> None:
        first = Session(recipe=SMALL)
        first.step()
        await rest(first)
        Files(first).save_model()
        second = Session()
        Files(second).take(page.downloads)
        assert second.recipe == SMALL
        assert second.training.status.global_step == 1
        assert not page.notices

    run(scenario())


def test_data_are_told_from_models(page: Browser) -> None:
    async def scenario() -> None:
        file = io.BytesIO()
        np.savez(file, images=np.zeros((20, 9, 9), np.uint8), labels=np.arange(20) % 4)
        session = Session(recipe=SMALL)
        Files(session).take({"mine.npz": file.getvalue()})
        assert session.training.train_data.image_shape == (9, 9)

    run(scenario())


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"notes.npz": b"text"}, "not a readable .npz"),
        ({"a.bin": b"1"}, "no file with train labels"),
    ],
)
def test_what_cannot_be_opened_is_explained(page: Browser, files: dict[str, bytes], words: str) -> None:
    session = Session(recipe=SMALL)
    Files(session).take(files)
    assert session.recipe == SMALL
    kind, text = page.notices[-1]
    assert kind == "error"
    assert words in text


def test_a_model_from_the_future_is_explained(page: Browser) -> None:
    session = Session(recipe=SMALL)
    file = io.BytesIO()
    checkpoint.save(file, session.training.model, SMALL, (8, 8))
    with np.load(io.BytesIO(file.getvalue())) as arrays:
        changed = {**arrays, "version": np.array(99)}
    newer = io.BytesIO()
    np.savez(newer, **changed)
    Files(session).take({"model.npz": newer.getvalue()})
    assert "update nncore" in page.notices[-1][1]


def test_weights_that_are_not_finite_are_told(page: Browser) -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.training.model.parameters()[0].data[0, 0] = np.nan
        Files(session).save_model()
        Files(session).take(page.downloads)
        assert page.notices[-1][0] == "error"
        assert "1.weight hold numbers that are not finite" in page.notices[-1][1]

    run(scenario())


def test_negative_labels_are_explained(page: Browser) -> None:
    file = io.BytesIO()
    np.savez(file, images=np.zeros((20, 9, 9), np.uint8), labels=np.arange(20) - 3)
    session = Session(recipe=SMALL)
    Files(session).take({"mine.npz": file.getvalue()})
    assert session.training.train_data.image_shape == (8, 8)
    assert "got labels from -3 to" in page.notices[-1][1]


def test_curves_and_script_are_saved(page: Browser) -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.train()
        await rest(session)
        session.reset()
        session.step()
        await rest(session)
        files = Files(session)
        files.save_history()
        files.save_script()
        lines = page.downloads["nncore-curves.csv"].decode().splitlines()
        assert {line.split(",")[0] for line in lines[1:]} == {"Run 1", "present run"}
        assert "hidden=(16,)" in page.downloads["nncore_run.py"].decode()

    run(scenario())


def test_a_link_that_hides_everything_hides_nothing(page: Browser) -> None:
    slots = ["bar", "tour", "train", "pad"]
    assert not_hidden(slots, ("pad",)) == ["bar", "tour", "train"]
    assert not page.notices
    assert not_hidden(slots, ("train", "pad", "tour")) == slots
    assert "hides every card" in page.notices[-1][1]


def test_address_and_settings_keep_step(page: Browser) -> None:
    async def scenario() -> None:
        page.address = "preset=fast-mlp&hide=runs"
        session = Session(recipe=SMALL)
        Address(session)
        assert session.recipe.optimizer == "adam"
        session.configure(lr=0.125)
        assert page.address == "preset=fast-mlp&lr=0.125&hide=runs"
        page.follow(write_link(Link(SMALL)))
        assert session.recipe == SMALL
        page.follow("lr=fast")
        assert "lr: got 'fast'" in page.notices[-1][1]
        page.follow("preset=fast-mlp&dataset=own")
        assert "'own' is not here" in page.notices[-1][1]
        assert (session.recipe.dataset, session.recipe.optimizer) == ("digits", "adam")

    run(scenario())


@pytest.mark.parametrize("address", ["main", "", "lr", "hide=runs", "colour=red"])
def test_an_address_without_a_setting_changes_nothing(page: Browser, address: str) -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        Address(session)
        session.step()
        await rest(session)
        version = session.training.version
        page.follow(address)
        assert "=" in address or read_link(page.address).recipe == SMALL, "an anchor took the address"
        await rest(session)
        assert (session.recipe, session.training.version) == (SMALL, version)
        assert not page.notices or "colour" in page.notices[-1][1]

    run(scenario())


def test_the_session_is_kept_when_training_rests(
    page: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    persisted = []

    async def persist() -> bool:
        persisted.append(True)
        return True

    monkeypatch.setattr(keeper, "FILE", tmp_path / "saved" / "session.npz")
    monkeypatch.setattr(bridge, "persist", persist)

    async def scenario() -> None:
        assert saved_session() is None
        session = Session(recipe=SMALL)
        Keeper(session)
        session.train()
        await until(lambda: bool(persisted))
        await asyncio.sleep(0)
        found = saved_session()
        assert found is not None
        assert found.checkpoint.recipe == SMALL
        keeper.FILE.write_bytes(b"damaged")
        assert saved_session() is None

    run(scenario())
