"""Figures of merit, against their definitions and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nncore as nn
from nncore import metrics

LABELS = np.array([0, 0, 1, 1, 2, 2])
ANSWERS = np.array([0, 1, 1, 1, 2, 0])


def test_accuracy() -> None:
    assert metrics.accuracy(ANSWERS, LABELS) == pytest.approx(4 / 6)
    assert np.isnan(metrics.accuracy(ANSWERS[:0], LABELS[:0]))


def test_confusion_matrix_counts_rows_by_label() -> None:
    confusion = metrics.confusion_matrix(LABELS, ANSWERS, 4)
    np.testing.assert_array_equal(confusion, [[1, 1, 0, 0], [0, 2, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]])


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=40))
def test_confusion_matrix_adds_up(pairs: list[tuple[int, int]]) -> None:
    labels, answers = np.array(pairs, np.int64).reshape(-1, 2).T
    confusion = metrics.confusion_matrix(labels, answers, 5)
    np.testing.assert_array_equal(confusion.sum(axis=1), np.bincount(labels, minlength=5))
    np.testing.assert_array_equal(confusion.sum(axis=0), np.bincount(answers, minlength=5))


def test_per_class_figures() -> None:
    figures = metrics.per_class(metrics.confusion_matrix(LABELS, ANSWERS, 4))
    np.testing.assert_allclose(figures.precision, [1 / 2, 2 / 3, 1, np.nan])
    np.testing.assert_allclose(figures.recall, [1 / 2, 1, 1 / 2, np.nan])
    np.testing.assert_allclose(figures.f1, [1 / 2, 4 / 5, 2 / 3, np.nan])
    np.testing.assert_array_equal(figures.support, [2, 2, 2, 0])


def test_most_wrong_come_first() -> None:
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.01, 0.99]])
    labels = np.array([0, 0, 0, 0])
    np.testing.assert_array_equal(metrics.most_wrong(p, labels), [3, 1, 2])
    np.testing.assert_array_equal(metrics.most_wrong(p, labels, 2), [3, 1])
    assert metrics.most_wrong(p, np.array([0, 1, 1, 1])).size == 0


def test_calibration_error() -> None:
    sure = np.array([[1.0, 0.0]] * 4)
    assert metrics.expected_calibration_error(sure, np.zeros(4, int)) == 0
    assert metrics.expected_calibration_error(sure, np.array([0, 0, 1, 1])) == pytest.approx(0.5)
    half = np.array([[0.7, 0.3]] * 10)
    assert metrics.expected_calibration_error(half, np.array([0] * 7 + [1] * 3)) == pytest.approx(0, abs=1e-9)
    assert np.isnan(metrics.expected_calibration_error(sure[:0], np.zeros(0, int)))


def test_evaluate_works_in_batches_and_keeps_the_mode() -> None:
    train, test = nn.load_digits()
    recipe = nn.Recipe(hidden=(8,), dropout=0.5)
    model, criterion = recipe.build_model(train), recipe.build_criterion()
    whole, parts = (nn.evaluate(model, criterion, test, size) for size in (1000, 37))
    np.testing.assert_allclose(whole.probabilities, parts.probabilities, rtol=1e-4)
    assert whole.loss == pytest.approx(parts.loss)
    assert model.training
    with pytest.raises(ValueError, match="empty data set"):
        nn.evaluate(model, criterion, test[:0])


def test_input_gradient_is_the_slope_of_one_score() -> None:
    train, _ = nn.load_digits()
    model = nn.Recipe(hidden=(8,)).build_model(train, np.float64)
    x = train.inputs(slice(0, 1), np.float64)
    grad = nn.input_gradient(model, x, 3)
    assert all(p.grad is None for p in model.parameters())
    e = np.zeros_like(x)
    e[0, 0, 4, 3] = 1e-6
    slope = (model(x + e)[0, 3] - model(x - e)[0, 3]) / 2e-6
    assert grad[0, 0, 4, 3] == pytest.approx(slope, rel=1e-5)


def test_activations_of_every_layer() -> None:
    from nncore.evaluate import activations

    train, _ = nn.load_digits()
    model = nn.PRESETS["small-cnn"].recipe.build_model(train)
    outputs = activations(model, train.inputs(slice(0, 2)))
    assert len(outputs) == len(model)
    assert outputs[0].shape == (2, 16, 8, 8)
    np.testing.assert_array_equal(outputs[-1], model.eval()(train.inputs(slice(0, 2))))


def test_what_is_no_class_is_no_cell_of_the_confusion_matrix() -> None:
    """It would be counted as another class's."""
    with pytest.raises(ValueError, match="predictions from 0 to 3, expected 0 to 1"):
        metrics.confusion_matrix(np.array([0, 0]), np.array([0, 3]), 2)
    with pytest.raises(ValueError, match="labels from -1"):
        metrics.confusion_matrix(np.array([-1, 0]), np.array([0, 1]), 2)


def test_of_a_network_with_more_classes_than_the_data_all_are_counted() -> None:
    data = nn.Dataset(np.ones((20, 3), np.float32), np.zeros(20, int), num_classes=2)
    model = nn.Sequential(nn.Linear(3, 5, rng=0))
    model[0].bias.data[4] = 100
    confusion = nn.evaluate(model, nn.CrossEntropyLoss(), data).confusion
    assert confusion.shape == (5, 5)
    assert (confusion[0, 4], confusion.sum()) == (20, 20)


def test_a_float64_network_is_evaluated_in_its_dtype() -> None:
    train, test = nn.load_digits()
    model = nn.Recipe(hidden=(8,)).build_model(train, np.float64)
    assert nn.evaluate(model, nn.CrossEntropyLoss(), test).probabilities.dtype == np.float64


def test_a_layer_put_into_evaluation_by_hand_stays_so() -> None:
    model = nn.Sequential(nn.Linear(3, 3, rng=0), nn.BatchNorm1d(3)).train()
    model[1].eval()
    nn.predict(model, nn.CrossEntropyLoss(), np.ones((2, 3), np.float32))
    assert [model.training, model[0].training, model[1].training] == [True, True, False]


def test_of_a_diverged_network_nothing_is_known() -> None:
    assert np.isnan(metrics.expected_calibration_error(np.full((2, 3), np.nan), np.array([0, 1])))
