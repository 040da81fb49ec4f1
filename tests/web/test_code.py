"""The visitor's own code in place of nncore's parts."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import checkpoint
from nncore.data import load_digits
from tests.web.driving import SMALL, SQUARE, Watch, ran, rest, run, until
from web.session import Session, notebook_imports, snapshot
from web.share.link import Link, read_link, write_link
from web.views.code import CodeView

WRONG = SQUARE.replace("0.2 * self.x", "0.1 * self.x")
ENDLESS = "while True:\n    pass\n"
NOTEBOOK = """
from keras.datasets import mnist
from tqdm import tqdm

(X_train, y_train), _ = mnist.load_data()
X = X_train.reshape(len(X_train), -1) / X_train.max()
W = np.zeros((X.shape[1], 10))
for epoch in range(3):
    bar = tqdm(range(20), ncols=80)
    for i in bar:
        x, y = X[64 * i : 64 * i + 64], y_train[64 * i : 64 * i + 64]
        p = np.exp(x @ W)
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(y)), y] -= 1
        W = W - 0.05 * np.dot(x.T, p)
        bar.set_description(f"Train epoch:{epoch + 1} ")
print("accuracy", np.mean((X[:500] @ W).argmax(axis=1) == y_train[:500]))
show(W.T[:3])
"""


def types(session: Session) -> list[str]:
    return [type(layer).__name__ for layer in session.training.model]


async def reloaded_after_a_step() -> Session:
    """The session of a page that was left while code of the visitor's own trained, as it comes back."""
    first, second = Session(recipe=SMALL), Session()
    await ran(first, SQUARE)
    first.step()
    await rest(first)
    snapshot.restore(second, snapshot.load(snapshot.save(first)))
    return second


def test_right_code_takes_the_place_of_the_original_and_is_trained() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.train()
        await rest(session)
        watch = Watch(session, "code", "model")
        await ran(session, SQUARE)
        assert session.code.state == "right"
        assert "Square" in types(session)
        assert "model" in watch.heard
        assert len(session.runs) == 1, "the run before is kept, to be compared with"
        session.pad.draw(np.eye(28, dtype=np.float32))
        assert session.pad.answer("yours") is not None
        session.train()
        await rest(session)
        assert session.training.state == "finished"
        assert len(session.runs) == 2
        session.configure(hidden=(8,))
        assert "Square" in types(session), "other settings keep the code"
        session.code.discard()
        assert "Square" not in types(session)
        assert session.code.text == SQUARE

    run(scenario())


def test_a_wrong_gradient_is_shown_and_changes_nothing() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        model = session.training.model
        view = CodeView(session)
        view.show()
        await ran(session, WRONG)
        assert session.code.state == "wrong"
        assert session.training.model is model
        assert view._check.text.startswith("Wrong. Square:")
        assert view._editor.marks[0]["line"] == 9
        place, analytic, numeric = view._table.rows[0]
        assert place.startswith("input")
        assert float(numeric) == pytest.approx(2 * float(analytic), rel=1e-2)

    run(scenario())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f(:\n", "SyntaxError"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("x = np.ones((10**6, 10**7))\n", "too large"),
    ],
)
def test_what_does_not_run_is_told_with_its_line(text: str, words: str) -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        await ran(session, text)
        assert session.code.state == "wrong"
        assert session.code.problem is not None
        assert words in session.code.problem.message
        assert session.code.problem.line == 1

    run(scenario())


def test_an_endless_loop_can_be_stopped_and_nothing_is_lost() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.step_epoch()
        await rest(session)
        before = session.training.model.state_dict()
        session.code.edit(ENDLESS)
        session.code.run()
        await until(lambda: session.code.state == "running")
        session.code.stop()
        assert session.code.problem is not None
        assert "stopped" in session.code.problem.message
        assert session.code.text == ENDLESS
        for name, array in session.training.model.state_dict().items():
            np.testing.assert_array_equal(array, before[name])

    run(scenario())


def test_code_that_comes_from_elsewhere_is_not_run_before_the_visitor_says_so() -> None:
    async def scenario() -> None:
        first = Session(recipe=SMALL)
        await ran(first, SQUARE)
        first.step()
        await rest(first)
        content = snapshot.model_file(first)
        second = Session(recipe=SMALL)
        second.open(checkpoint.load(content))
        assert second.code.state == "unread"
        assert second.code.text == SQUARE
        assert "Square" not in types(second)
        second.code.run()
        await until(lambda: second.code.state != "running")
        assert "Square" in types(second)
        assert second.training.status.global_step == 1
        for name, array in second.training.model.state_dict().items():
            np.testing.assert_array_equal(array, first.training.model.state_dict()[name])

    run(scenario())


def test_code_whose_network_was_passed_by_runs_with_what_is_there() -> None:
    async def scenario() -> None:
        first, second = Session(recipe=SMALL), Session(recipe=SMALL)
        await ran(first, SQUARE)
        second.open(checkpoint.load(snapshot.model_file(first)))
        second.configure(dataset="circles")  # instead of running it
        await until(lambda: second.training.train_data.name == "circles")
        second.code.run()
        await until(lambda: second.code.state != "running")
        assert second.code.state == "right"
        assert second.training.recipe.dataset == "circles"
        assert "Square" in types(second)

    run(scenario())


def test_a_reload_takes_up_the_run_with_its_code() -> None:
    async def scenario() -> None:
        second = await reloaded_after_a_step()
        await until(lambda: second.code.state not in ("running", "unread"))
        assert "Square" in types(second)
        assert second.training.status.global_step == 1

    run(scenario())


def test_a_reload_leaves_the_draft_beside_the_code_in_use() -> None:
    async def scenario() -> None:
        second = await reloaded_after_a_step()
        second.code.edit("# half done")  # the browser kept it
        await until(lambda: second.code.state != "running")
        assert second.code.text == "# half done"
        assert second.code.used == SQUARE
        assert second.training.status.global_step == 1
        second.code.show_used()
        assert second.code.text == SQUARE

    run(scenario())


def test_a_part_is_read_beside_code_in_use() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.code.edit(SQUARE)
        session.code.run()
        await until(lambda: session.code.state == "right")
        session.code.edit("# another draft")
        session.code.read("Tanh")  # nncore's own
        assert (session.code.part, session.code.text) == ("Tanh", "# another draft")
        session.code.read("Square")
        assert session.code.text == SQUARE

    run(scenario())


def test_a_link_carries_code() -> None:
    link = read_link(write_link(Link(SMALL, code=SQUARE)))
    assert (link.recipe, link.code, link.problems) == (SMALL, SQUARE, ())
    damaged = read_link(write_link(Link(SMALL, code=SQUARE))[:-9])
    assert damaged.recipe == SMALL
    assert "copy the whole link" in damaged.problems[0]


def test_code_that_fails_in_training_is_told_with_its_line() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        await ran(
            session,
            SQUARE.replace(
                "        self.x = x\n", "        self.n = getattr(self, 'n', 0) + 1\n        self.x = x\n"
            ).replace(
                "        return 0.1",
                "        if self.n > 200: raise ValueError('enough')\n        return 0.1",
            ),
        )
        session.configure(epochs=200)
        session.train()
        await rest(session)
        assert session.training.state == "error"
        assert "Your code, line" in str(session.training.error)
        assert "enough" in str(session.training.error)

    run(scenario())


def test_a_pasted_notebook_finds_its_data_and_its_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook_imports, "EVERY", 1000.0)

    async def scenario() -> None:
        session = Session(recipe=SMALL)
        await ran(session, NOTEBOOK)
        assert session.code.problem is not None
        assert "MNIST is not here yet" in session.code.problem.message
        session.library.put("mnist", load_digits())
        await ran(session, NOTEBOOK)
        assert session.code.state == "right"
        assert "Train epoch:3 20/20" in session.code.output.text
        assert session.code.output.text.count("/20") == 3, "a line now and then, and the last"
        assert float(session.code.output.text.split("accuracy")[1]) > 0.5

    run(scenario())
