"""The confusion matrix and the digits behind its cells."""

from __future__ import annotations

import numpy as np
import pytest

from nncore.data import Dataset, load_digits
from nncore.evaluate import Evaluation, evaluate
from nncore.metrics import confusion_matrix
from tests.web.driving import SMALL, finish, rest, run, until
from web.insight.mistakes import matrix, readings
from web.session import Session
from web.session.analysis import evaluate_in_slices
from web.views.mistakes import MistakesView

# Five images of three classes, and what a network thinks of them.
LABELS = np.array([0, 0, 1, 1, 0])
PROBABILITIES = np.array([
    [0.9, 0.1, 0.0],  # right
    [0.3, 0.7, 0.0],  # 0 for 1
    [0.0, 0.9, 0.1],  # right
    [0.8, 0.1, 0.1],  # 1 for 0
    [0.1, 0.9, 0.0],  # 0 for 1, and sure
])  # fmt: skip
DATA = Dataset(np.zeros((5, 2, 2), np.uint8), LABELS, num_classes=3, noun="digit")


@pytest.fixture
def evaluation() -> Evaluation:
    predicted = PROBABILITIES.argmax(axis=1)
    return Evaluation(1.0, 0.4, PROBABILITIES, confusion_matrix(LABELS, predicted, 3))


def test_the_test_set_in_slices_is_the_whole_and_tells_the_share_that_is_done() -> None:
    train, test = load_digits()
    model, criterion = SMALL.build_model(train), SMALL.build_criterion()
    assert list(evaluate_in_slices(model, criterion, test)) == [100 / 360, 200 / 360, 300 / 360, 1.0]
    found, whole = finish(evaluate_in_slices(model, criterion, test)), evaluate(model, criterion, test)
    assert (found.loss, found.accuracy) == pytest.approx((whole.loss, whole.accuracy))
    np.testing.assert_array_equal(found.confusion, whole.confusion)
    np.testing.assert_allclose(found.probabilities, whole.probabilities, rtol=1e-5)


def test_cell_shows_its_digits_the_surest_first(evaluation: Evaluation) -> None:
    found = readings(evaluation, DATA, (0, 1), 10)
    assert [reading.index for reading in found] == [4, 1]
    assert found[0].caption == "0 → 1 90%"
    assert found[0].name == "Digit 0, read as 1 with 90%, as 0 with 10%"


def test_without_a_cell_the_least_likely_right_answers_come_first(evaluation: Evaluation) -> None:
    assert [reading.index for reading in readings(evaluation, DATA, None, 2)] == [3, 4]


def test_figures_stand_at_the_edges_of_the_matrix(evaluation: Evaluation) -> None:
    content = matrix(evaluation, DATA)
    assert content["counts"] == [[1, 2, 0], [1, 1, 0], [0, 0, 0]]
    assert content["recall"] == pytest.approx([1 / 3, 0.5, np.nan], nan_ok=True)
    assert content["precision"] == pytest.approx([0.5, 1 / 3, np.nan], nan_ok=True)


def test_view_follows_the_epochs_and_shows_a_digit_on_the_pad() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = MistakesView(session)
        view.show()
        assert not view._matrix.visible, "what an untrained network guesses is shown only when asked for"
        assert "press Look again" in view._bar.status
        session.train()
        await rest(session)
        assert session.analysis.fresh
        assert session.analysis.found is not None
        assert session.analysis.found.step == session.training.status.global_step
        assert session.analysis.found.evaluation.accuracy == session.training.status.test_accuracy
        counts = view._matrix.content["counts"]
        assert sum(map(sum, counts)) == len(session.training.test_data)
        row, column = next((r, c) for r in range(10) for c in range(10) if r != c and counts[r][c])
        view._choose((row, column))
        assert len(view._readings) == counts[row][column]
        view._show_on_pad(0)
        shown = session.training.test_data.images[view._readings[0].index]
        assert session.pad.image is not None
        np.testing.assert_allclose(session.pad.image * session.training.test_data.max_value, shown)
        assert view._readings[0].label == row

    run(scenario())


def test_hidden_view_draws_nothing() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = MistakesView(session)
        view.show()
        session.analysis.ask()
        await until(lambda: session.analysis.found is not None)
        view.hide()
        shown = view._matrix.content
        session.train()
        await rest(session)
        assert view._matrix.content is shown

    run(scenario())


def test_analysis_is_of_the_network_as_it_was_asked() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.analysis.ask()
        session.step()  # meanwhile
        await until(lambda: session.analysis.found is not None)
        first = session.analysis.found
        assert first is not None
        assert first.step == 0
        assert first.evaluation.accuracy < 0.5

    run(scenario())
