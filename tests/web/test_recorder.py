"""A run is remembered in bounded memory, most closely where it changed most."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import load_digits
from nncore.evaluate import evaluate
from nncore.recipe import Recipe
from web.session.recorder import MOST, Recorder

TRAIN, TEST = load_digits()
SMALL = Recipe(hidden=(16,), batch_norm=True)


def size(recorder: Recorder) -> int:
    return sum(array.nbytes for moment in recorder for array in moment.state.values())


def test_a_run_of_any_length_stays_within_the_budget_and_keeps_its_start_and_its_latest_part() -> None:
    model = SMALL.build_model(TRAIN)
    recorder = Recorder(budget=100_000)
    for step in range(20_001):
        recorder.offer(step, step / 100, step, model)
        assert size(recorder) < 150_000  # with the vectors, which are not made smaller
    steps = [moment.step for moment in recorder]
    assert steps[0] == 0
    assert steps[-1] > 19_000
    assert steps == sorted(set(steps))
    assert len(recorder) >= 20
    assert sum(step <= 5_000 for step in steps) == pytest.approx(len(steps) / 2, abs=2)


def test_a_tiny_network_has_no_more_moments_than_can_be_told_apart() -> None:
    model = Recipe(hidden=(2,)).build_model(TRAIN)
    recorder = Recorder()
    for step in range(50_000):
        recorder.offer(step, step / 100, step, model)
    assert MOST / 2 <= len(recorder) <= MOST


def test_the_first_steps_are_remembered_most_closely_and_a_replay_has_eight_moments_or_none() -> None:
    model = SMALL.build_model(TRAIN)
    recorder = Recorder()
    for step in range(9):
        recorder.offer(step, step / 100, step, model)
    assert [moment.step for moment in recorder] == [0, 1, 3, 5, 8]
    bytes_each = 2 * sum(parameter.data.size for parameter in model.parameters())
    for budget, fits in ((8 * bytes_each, True), (8 * bytes_each - 1, False)):
        recorder = Recorder(budget)
        assert recorder.offer(0, 0.0, 1, model) == fits
        assert size(recorder) < 1.2 * bytes_each  # vectors are not made smaller
        assert recorder.too_large != fits


def test_a_moment_is_the_network_as_it_was() -> None:
    trainer = SMALL.build_trainer(TRAIN, TEST)
    recorder, then = Recorder(), []
    for _ in range(30):
        step = trainer.progress.global_step
        if recorder.offer(step, trainer.progress.epoch, step, trainer.model):
            then.append(evaluate(trainer.model, trainer.criterion, TEST).probabilities)
        trainer.advance()
    now = trainer.model.state_dict()
    past = SMALL.replace(seed=1).build_model(TRAIN)
    assert len(recorder) == len(then) > 5
    for index in reversed(range(len(recorder))):
        recorder.restore(index, past)
        found = evaluate(past, trainer.criterion, TEST).probabilities
        assert found == pytest.approx(then[index], abs=5e-3)
    for name, array in trainer.model.state_dict().items():
        assert np.array_equal(array, now[name]), "the network under training was touched"


def test_weights_that_float16_cannot_hold_are_kept_whole() -> None:
    model = SMALL.build_model(TRAIN)
    weight = model.parameters()[0].data
    weight[...] = 1e6
    recorder = Recorder()
    recorder.offer(0, 0.0, 1, model)
    weight[...] = 0
    recorder.restore(0, model)
    assert (weight == 1e6).all()


def test_a_network_too_large_for_a_replay_is_not_recorded() -> None:
    model = SMALL.build_model(TRAIN)
    recorder = Recorder(budget=10_000)
    assert not recorder.offer(0, 0.0, 1, model)
    assert not recorder.offer(1, 0.1, 2, model)
    assert recorder.too_large
    assert len(recorder) == 0
