"""Kept runs."""

from __future__ import annotations

import csv

import pytest

from nncore.recipe import Recipe
from web.session.history import History
from web.session.hub import Hub
from web.session.runs import KEPT, RunBook, runs_csv


def a_history() -> History:
    history = History()
    history.add_step(0.5, 0.7, 0.25, 0.1, None)
    history.add_test(1, 0.5, 0.75)
    history.add_test(2, 0.6, 0.5)
    return history


def test_rename_hide_delete_are_told() -> None:
    hub = Hub()
    book = RunBook(hub)
    told: list[int] = []
    hub.subscribe("runs", lambda: told.append(len(book)))
    first = book.keep(Recipe(), a_history(), 1.0, "epochs", None)
    second = book.keep(Recipe(), a_history(), 1.0, "epochs", None)
    book.rename(first, "  with momentum ")
    book.rename(first, "   ")
    book.set_visible(second, False)
    assert [(run.name, run.visible) for run in book] == [("with momentum", True), ("Run 2", False)]
    book.delete(first)
    assert [run.id for run in book] == [second]
    assert told[-1] == 1


def test_a_run_that_went_on_replaces_itself_and_keeps_its_name() -> None:
    book = RunBook(Hub())
    run_id = book.keep(Recipe(), a_history(), 1.0, "epochs", None)
    book.rename(run_id, "mine")
    assert book.keep(Recipe(epochs=20), a_history(), 2.0, "epochs", run_id) == run_id
    assert [(run.name, run.recipe.epochs, run.best) for run in book] == [("mine", 20, 0.75)]


def test_the_oldest_go_first() -> None:
    book = RunBook(Hub())
    ids = [book.keep(Recipe(), a_history(), 1.0, "epochs", None) for _ in range(KEPT + 2)]
    assert [run.id for run in book] == ids[2:]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.test","x")'])
def test_no_name_becomes_a_formula_in_a_spreadsheet(name: str) -> None:
    book = RunBook(Hub())
    book.rename(book.keep(Recipe(), a_history(), 1.0, "epochs", None), name)
    assert [row["run"] for row in csv.DictReader(runs_csv(book).splitlines())] == [f"'{name}"] * 3


def test_csv_holds_all_points() -> None:
    book = RunBook(Hub())
    book.keep(Recipe(), a_history(), 1.0, "epochs", None)
    rows = list(csv.DictReader(runs_csv(book).splitlines()))
    assert [(row["set"], row["epoch"], row["loss"], row["accuracy"]) for row in rows] == [
        ("train", "0.5", "0.7", "0.25"),
        ("test", "1", "0.5", "0.75"),
        ("test", "2", "0.6", "0.5"),
    ]
    assert rows[0]["grad_norm"] == ""
    assert runs_csv(book).splitlines()[0] == "run,set,epoch,loss,accuracy,loss_smooth,lr,grad_norm"
    assert runs_csv(book).splitlines()[1] == "Run 1,train,0.5,0.7,0.25,0.7,0.1,"


def test_no_number_is_given_twice() -> None:
    """A run that goes on knows itself by its number: another one must not be replaced by it."""
    book = RunBook(Hub())
    first = book.keep(Recipe(), a_history(), 1.0, "epochs", None)
    book.delete(first)
    other = book.keep(Recipe(lr=0.5), a_history(), 1.0, "racing", None)
    again = book.keep(Recipe(epochs=20), a_history(), 2.0, "epochs", first)
    assert [(run.id, run.recipe) for run in book] == [(other, Recipe(lr=0.5)), (again, Recipe(epochs=20))]
