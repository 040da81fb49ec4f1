"""Tabs that keep runs at the same time lose none of them, and agree in the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from nncore.recipe import Recipe
from web.browser.shared_runs import SharedRuns, load
from web.session.history import History
from web.session.hub import Hub
from web.session.runs import RunBook


class Tab:
    """A book of runs that is merged with the shared file, as saving does."""

    def __init__(self, path: Path) -> None:
        self.book = RunBook(Hub())
        self.shared = SharedRuns(self.book, path)
        self.shared.merge()

    def store(self) -> None:
        self.shared.merge()
        self.shared.stored()

    def keep(self, loss: float, stored: bool = True) -> int:
        history = History()
        history.add_step(0.5, loss, 0.25, 0.1, None)
        history.add_test(1, loss, 0.75)
        number = self.book.keep(Recipe(), history, 1.0, "epochs", None)
        self.shared.merge()
        if stored:
            self.shared.stored()
        return number

    @property
    def losses(self) -> list[float]:
        return sorted(run.history.tests[0].loss for run in self.book)

    def number(self, loss: float) -> int:
        return next(run.id for run in self.book if run.history.tests[0].loss == loss)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "saved" / "runs.npz"


def test_five_tabs_with_a_run_each_end_with_five_runs(path: Path) -> None:
    tabs = [Tab(path) for _ in range(5)]
    for loss, tab in enumerate(tabs):
        tab.keep(float(loss))
    for tab in tabs:
        tab.store()
        assert tab.losses == [0.0, 1.0, 2.0, 3.0, 4.0]
        assert len({run.id for run in tab.book}) == len({run.name for run in tab.book}) == 5
    assert Tab(path).losses == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_what_one_tab_deletes_or_renames_is_so_in_the_other(path: Path) -> None:
    one, other = Tab(path), Tab(path)
    one.keep(1.0)
    one.keep(2.0)
    other.store()
    one.book.delete(one.number(1.0))
    one.book.rename(one.number(2.0), "mine")
    one.store()
    other.store()
    assert [(run.name, run.history.tests[0].loss) for run in other.book] == [("mine", 2.0)]
    one.store()
    assert one.losses == [2.0]


def test_a_run_that_goes_on_here_is_not_taken_back_by_another_tab(path: Path) -> None:
    one, other = Tab(path), Tab(path)
    number = one.keep(1.0)
    other.store()
    history = History()
    history.add_test(1, 1.0, 0.5)
    history.add_test(2, 0.5, 0.6)
    one.book.keep(Recipe(), history, 2.0, "epochs", number)
    other.keep(9.0)  # writes what it knows of the first
    one.store()
    assert [len(run.history.tests) for run in one.book] == [2, 1]
    other.store()
    assert sorted(len(run.history.tests) for run in other.book) == [1, 2]


def test_a_damaged_file_is_written_anew_and_nothing_is_lost(path: Path) -> None:
    tab = Tab(path)
    tab.keep(1.0)
    path.write_bytes(path.read_bytes()[:100])
    tab.keep(2.0)
    assert sorted(run.history.tests[0].loss for run in load(path) or []) == [1.0, 2.0]


def test_a_restored_tab_knows_what_was_shared(path: Path) -> None:
    """A run deleted elsewhere while this tab was closed does not come back with its own saved session."""
    one, other = Tab(path), Tab(path)
    one.keep(1.0)
    other.store()
    saved = list(one.book)
    other.book.delete(other.number(1.0))
    other.store()
    restored = RunBook(Hub())
    for run in saved:
        restored.put(run)
    SharedRuns(restored, path).merge()
    assert len(restored) == 0


def test_a_run_that_could_not_be_stored_is_not_taken_for_one_deleted_elsewhere(path: Path) -> None:
    tab = Tab(path)
    tab.keep(1.0)
    stored = path.read_bytes()
    tab.keep(2.0, stored=False)  # no room
    path.write_bytes(stored)  # as the next saving finds it
    tab.store()
    assert tab.losses == [1.0, 2.0]
    assert Tab(path).losses == [1.0, 2.0]
    stored = path.read_bytes()
    tab.book.delete(tab.number(1.0))
    tab.shared.merge()  # nor this
    path.write_bytes(stored)
    tab.store()
    assert tab.losses == Tab(path).losses == [2.0]
