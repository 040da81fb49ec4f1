"""Train, pause, step, reset: what the buttons do."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Generator
from dataclasses import replace
from statistics import median

import numpy as np
import pytest

from nncore.errors import RecipeError
from tests.web.driving import SMALL, Watch, rest, run, until
from web.session import Session
from web.session.loop import SLICE

LONG = replace(SMALL, epochs=20)  # longer than a slice on any machine


def losses(session: Session) -> list[float]:
    return session.training.history.columns()["loss"].tolist()


def test_a_run_learns_and_is_kept() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        watch = Watch(session, "state", "epoch", "runs")
        session.train()
        assert session.training.state == "running"
        await rest(session)
        assert session.training.state == "finished"
        assert watch.heard[0] == watch.heard[-1] == "state"
        assert set(watch.heard[1:-1]) == {"epoch", "runs"}
        assert np.mean(losses(session)[-5:]) < np.mean(losses(session)[:5])
        assert [run.epochs for run in session.runs] == [2]
        assert session.training.status.parts[:2] == [("epoch", "2/2"), ("step", "23/23")]

    run(scenario())


def test_pause_stops_at_once_and_train_goes_on_from_there() -> None:
    async def scenario() -> None:
        paused, straight = Session(recipe=LONG), Session(recipe=LONG)
        paused.train()
        await until(lambda: paused.training.status.global_step >= 3)
        paused.pause()
        stopped_at = paused.training.status.global_step
        for _ in range(20):
            await asyncio.sleep(0)
        assert (paused.training.state, paused.training.status.global_step) == ("paused", stopped_at)
        paused.train()
        straight.train()
        await rest(paused)
        await rest(straight)
        assert losses(paused) == losses(straight)

    run(scenario())


def test_one_seed_gives_one_run() -> None:
    async def scenario() -> None:
        runs = []
        for seed in (1, 1, 2):
            session = Session(recipe=replace(SMALL, seed=seed, epochs=1))
            session.train()
            await rest(session)
            runs.append(losses(session))
        assert runs[0] == runs[1] != runs[2]

    run(scenario())


def test_step_trains_one_batch_and_step_epoch_the_rest_with_a_test() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        for expected in (1, 2):
            session.step()
            await rest(session)
            assert (session.training.state, session.training.status.global_step) == ("paused", expected)
        session.step_epoch()
        await rest(session)
        assert (
            session.training.state,
            session.training.status.global_step,
            len(session.training.history.tests),
        ) == ("paused", 23, 1)

    run(scenario())


def test_reset_begins_anew_and_keeps_a_run_of_an_epoch() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        before = session.training.model.state_dict()
        session.step_epoch()
        await rest(session)
        session.reset()
        assert session.training.state == "idle"
        assert len(session.training.history) == 0
        assert [(run.epochs, run.ended) for run in session.runs] == [(1, "stopped")]
        for name, array in session.training.model.state_dict().items():
            np.testing.assert_array_equal(array, before[name])
        session.step()
        await rest(session)
        session.reset()
        assert len(session.runs) == 1, "a run of less than an epoch is not worth keeping"

    run(scenario())


def test_train_after_the_end_begins_anew_but_goes_on_when_epochs_were_added() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.train()
        await rest(session)
        session.configure(epochs=3)
        session.train()
        await rest(session)
        assert len(session.training.history.tests) == 3
        assert [run.epochs for run in session.runs] == [3], "the run that went on is kept once"
        session.train()
        await rest(session)
        assert [run.epochs for run in session.runs] == [3, 3]

    run(scenario())


def test_learning_rate_changes_in_mid_run_other_settings_begin_anew() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.step()
        await rest(session)
        model = session.training.model
        session.configure(lr=0.25)
        session.step()
        await rest(session)
        assert session.training.model is model
        assert session.training.history.columns()["lr"].tolist() == [0.5, 0.25]
        session.configure(hidden=(8,))
        assert session.training.model is not model
        assert session.training.state == "idle"

    run(scenario())


def test_a_refused_setting_changes_nothing() -> None:
    async def scenario() -> None:
        session = Session(recipe=LONG)
        session.train()
        await until(lambda: session.training.status.global_step > 0)
        with pytest.raises(RecipeError, match="dropout: got 2"):
            session.configure(dropout=2)
        assert session.training.state == "running"
        assert session.recipe == LONG
        session.pause()

    run(scenario())


def test_divergence_says_what_to_do_and_reset_recovers() -> None:
    async def scenario() -> None:
        session = Session(recipe=replace(SMALL, lr=100.0, weight_decay=1.0))  # weights times -99 a step
        session.train()
        await rest(session)
        assert session.training.state == "error"
        assert session.training.error is not None
        assert "Lower the learning rate" in session.training.error
        session.reset()
        assert (session.training.state, session.training.error) == ("idle", None)

    run(scenario())


def test_a_fault_of_the_page_ends_the_run_and_is_reported_a_divergence_is_told_alone() -> None:
    async def scenario() -> None:
        reported: list[str] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda loop, context: reported.append(str(context["exception"]))
        )

        def fails(x: np.ndarray) -> np.ndarray:
            raise RuntimeError("a fault")

        session = Session(recipe=SMALL)
        session.training.model.parameters()[0].data[...] = np.nan
        session.train()
        await rest(session)
        assert session.training.state == "error"
        gc.collect()
        assert reported == []
        session.reset()
        session.training.model.forward = fails
        session.train()
        await rest(session)
        assert (session.training.state, session.training.error) == ("error", "a fault")
        await asyncio.sleep(0)
        gc.collect()
        assert reported == ["a fault"]

    run(scenario())


def test_early_stopping_ends_the_run_and_says_so() -> None:
    async def scenario() -> None:
        session = Session(recipe=replace(SMALL, lr=0.0, epochs=20, patience=2))
        session.train()
        await rest(session)
        assert session.training.state == "finished"
        assert [(run.epochs, run.ended) for run in session.runs] == [(3, "early stopping")]

    run(scenario())


def test_gradient_norm_is_recorded_on_demand() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.step()
        await rest(session)
        session.training.track_gradient(True)
        session.step()
        await rest(session)
        without, with_norm = session.training.history.columns()["grad_norm"]
        assert np.isnan(without)
        assert with_norm > 0

    run(scenario())


def test_others_get_their_turn_while_it_trains() -> None:
    async def scenario() -> None:
        session = Session(recipe=replace(SMALL, epochs=30))
        session.train()
        waits, last = [], time.perf_counter()
        while session.training.state == "running":
            await asyncio.sleep(0)
            now = time.perf_counter()
            waits.append(now - last)
            last = now
        slices = [wait for wait in waits if wait > SLICE / 2]
        assert median(slices) < 4 * SLICE  # a busy machine may interrupt some of them

    run(scenario())


def test_publishing_is_throttled_and_a_failing_view_does_not_stop_training() -> None:
    async def scenario() -> None:
        session = Session(recipe=LONG)
        watch = Watch(session, "progress")

        def broken() -> None:
            raise RuntimeError("a view is broken")

        session.subscribe("progress", broken)
        session.train()
        await rest(session)
        assert session.training.state == "finished"
        assert len(watch.heard) <= 3 + session.training.status.seconds / 0.1

    run(scenario())


def test_the_outcome_is_that_of_the_last_epoch_and_names_the_best() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=5, lr=2.0))
        session.train()
        await rest(session)
        result = session.outcome.result
        accuracies = [test.accuracy for test in session.training.history.tests]
        assert result is not None
        assert len(accuracies) == 5
        assert len(set(accuracies)) > 2
        assert result.accuracy == accuracies[-1]
        assert result.best == max(accuracies)
        assert result.best_epoch == 1 + accuracies.index(max(accuracies))
        assert result.images == len(session.training.test_data)

    run(scenario())


def test_the_beginning_is_asked_about_only_when_the_run_is_over() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=500))
        session.step()
        await rest(session)
        assert not session.jobs.running("beginning")
        session.train()
        await until(lambda: session.training.status.global_step > 10)
        assert session.training.state == "running"
        assert not session.jobs.running("beginning")
        session.pause()
        session.configure(epochs=1)
        session.train()
        await rest(session)
        await until(lambda: session.outcome.result is not None and session.outcome.result.before is not None)
        session.training.set_speed("normal")  # whatever is told afterwards
        assert not session.jobs.running("beginning"), "once is enough"

    run(scenario())


def test_only_work_that_may_never_come_back_is_stored_for_first() -> None:
    async def scenario() -> None:
        session, stored, done = Session(recipe=SMALL), [], []

        async def keep() -> None:
            stored.append(True)

        session.jobs.keep = keep
        session.jobs.start("harmless", iter_once(), done.append)
        await until(lambda: len(done) == 1)
        assert not stored
        session.jobs.start("risky", iter_once(), done.append, risky=True)
        await until(lambda: len(done) == 2)
        assert stored == [True]

    run(scenario())


def iter_once() -> Generator[None, None, str]:
    yield
    return "done"
