"""Curves of any length in a bounded number of points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.session.history import COLUMNS, History


def filled(losses: list[float], capacity: int = 8) -> History:
    history = History(capacity)
    for i, loss in enumerate(losses):
        history.add_step((i + 1) / 10, loss, 1 - loss, 0.1, None)
    return history


@given(st.integers(0, 300))
def test_the_whole_run_stays_in_view(steps: int) -> None:
    losses = [1 / (1 + i) for i in range(steps)]
    history = filled(losses)
    assert len(history) <= 8
    kept = len(history) * history.stride
    assert 0 <= steps - kept < history.stride, "only a group that is not complete is not shown yet"
    columns = history.columns()
    groups = np.array(losses[:kept]).reshape(-1, history.stride)
    np.testing.assert_allclose(columns["loss"], groups.mean(axis=1))
    np.testing.assert_allclose(columns["epoch"], np.arange(history.stride, kept + 1, history.stride) / 10)


def test_smoothing_keeps_a_constant_and_follows_a_fall() -> None:
    assert filled([0.5] * 20).smooth == pytest.approx((0.5, 0.5))
    falling = filled([1.0] * 100 + [0.0] * 200, capacity=1024)
    assert falling.smooth[0] < 0.05
    # It spans a tenth of the steps before, fifty at most; of what came first it keeps the rest.
    assert filled([1.0, 0.0]).smooth == pytest.approx((1 / 11, 10 / 11))
    assert filled([1.0] * 10 + [0.0]).smooth == pytest.approx((1 / 2, 1 / 2))
    assert filled([1.0] * 1000 + [0.0]).smooth == pytest.approx((0.98, 0.02))
    assert np.isnan(filled([]).smooth).all()


def test_columns_from_an_index_are_the_new_points() -> None:
    history = filled([0.4, 0.3, 0.2])
    assert history.columns(2)["loss"].tolist() == [0.2]
    assert set(history.columns()) == set(COLUMNS)


def test_a_saved_history_goes_on_as_if_it_had_not_been_saved() -> None:
    losses = [1 / (1 + i) for i in range(45)]
    straight, first = filled(losses), filled(losses[:21])
    first.add_test(1, 0.5, 0.75)
    resumed = History.from_state_dict(first.state_dict())
    for i, loss in enumerate(losses[21:], 21):
        resumed.add_step((i + 1) / 10, loss, 1 - loss, 0.1, None)
    assert resumed.tests == [(1, 0.5, 0.75)]
    for name, column in straight.columns().items():
        np.testing.assert_allclose(resumed.columns()[name], column)
    assert resumed.smooth == straight.smooth


def test_test_points_are_bounded_and_end_with_the_last() -> None:
    history = History(8)
    for epoch in range(1, 100):
        history.add_test(epoch, 0.5, 0.75)
    epochs = history.test_columns()["epoch"]
    assert len(epochs) <= 4
    assert epochs[-1] == 99
    assert len(history.tests) == 99


def test_an_odd_capacity_is_refused() -> None:
    with pytest.raises(ValueError, match="expected an even number"):
        History(7)


@pytest.mark.parametrize("capacity", [3, 2, 0, 5])
def test_a_capacity_that_cannot_be_halved_is_refused(capacity: int) -> None:
    with pytest.raises(ValueError, match="expected an even number of at least 4"):
        History(capacity)
    assert History(4).capacity == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("points", np.zeros((3, 2))),
        ("points", np.zeros((3, 7), np.int64)),
        ("points", np.zeros((3, 7), bool)),
        ("points", np.zeros((3, 7), complex)),
        ("tests", np.zeros(3)),
        ("bucket", np.zeros((1, 3))),
        ("counters", np.array([4096.0, 1, 9, 0, 0])),  # a capacity that no page has
        ("counters", np.array([4.0, 1, 9, 0, 0])),  # more points than it holds
        ("counters", np.array([8.0, 0, 9, 0, 0])),
        ("counters", np.array([8.0, 1, -1, 0, 0])),
    ],
)
def test_a_history_that_none_could_have_saved_is_refused(name: str, value: np.ndarray) -> None:
    history = History(8)
    for step in range(6):
        history.add_step(step / 10, 1.0, 0.5, 0.1, None)
    state = history.state_dict()
    assert len(History.from_state_dict(state)) == 6
    with pytest.raises(ValueError, match="History: got"):
        History.from_state_dict(state | {name: value})
