"""Rivals train what the present run trains, in turns with it, and leave it as it would be alone."""

from __future__ import annotations

import asyncio
import itertools
import time

import numpy as np
import pytest

from nncore import load_digits
from tests.web.driving import SMALL, SQUARE, ran, rest, run, until
from web.session import Session
from web.session.experiment import Experiment
from web.session.race import SLICE

TRAIN, TEST = load_digits()


def test_rivals_end_where_they_would_have_ended_alone() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.race.add(lr=0.05)
        session.race.add(optimizer="adam", lr=0.01)
        session.train()
        await rest(session)
        await until(lambda: all(rival.experiment.over for rival in session.race.rivals))
        for experiment in (session.training.experiment, *(r.experiment for r in session.race.rivals)):
            alone = experiment.recipe.build_trainer(TRAIN, TEST)
            for _ in alone:
                pass
            expected = alone.model.state_dict()
            for name, array in experiment.model.state_dict().items():
                assert np.array_equal(array, expected[name])
        assert [run.ended for run in session.runs] == ["epochs"] * 3
        assert [len(run.history.tests) for run in session.runs] == [2, 2, 2]

    run(scenario())


def test_rivals_never_run_ahead_and_rest_when_the_present_run_rests() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=200))
        session.race.add(lr=0.05)
        rival = session.race.rivals[0].experiment
        assert rival.status.global_step == 0
        session.train()
        await until(lambda: rival.status.global_step > 50)
        assert rival.epochs_behind <= session.training.experiment.epochs_behind + 1e-9
        session.pause()
        present = session.training.experiment.epochs_behind
        await until(lambda: not session.race.rivals[0].lags(present))
        assert rival.epochs_behind == pytest.approx(present)

    run(scenario())


def test_a_rival_added_later_catches_up_and_a_new_network_begins_the_race_anew() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.train()
        await rest(session)
        session.race.add(activation="relu")
        await until(lambda: session.race.rivals[0].experiment.over)
        first = session.race.rivals[0]
        session.reset()
        (rival,) = session.race.rivals
        assert rival is not first
        assert rival.experiment.status.global_step == 0
        assert rival.experiment.recipe.activation == "relu"
        kept = len(session.runs)
        session.race.remove(rival)
        assert session.race.rivals == []
        assert len(session.runs) == kept - 1  # it had got nowhere

    run(scenario())


def test_a_slice_of_a_rivals_training_is_short_and_every_step_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.train()
        await rest(session)
        counted: list[int] = []
        count = Experiment.rest

        def note(run: Experiment, seconds: float, steps: int) -> None:
            counted.append(steps)
            count(run, seconds, steps)

        ticks = itertools.count()
        monkeypatch.setattr(time, "perf_counter", lambda: next(ticks) / 128)  # it passes by being looked at
        monkeypatch.setattr(Experiment, "rest", note)
        session.race.add(lr=0.05)
        rival = session.race.rivals[0].experiment
        await until(lambda: rival.over)
        assert max(counted) <= SLICE * 128
        assert sum(counted) == rival.status.global_step

    run(scenario())


def test_the_race_says_so_when_it_begins_anew() -> None:
    async def scenario() -> None:
        session, heard = Session(recipe=SMALL), []
        session.subscribe("race", lambda: heard.append(len(session.race.rivals)))
        session.reset()
        assert not heard, "there is no race"
        session.race.add(lr=0.05)
        heard.clear()
        session.reset()
        assert heard == [1]

    run(scenario())


def test_a_rival_that_diverges_is_told_and_does_not_stop_the_others() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.race.add(lr=100.0, weight_decay=1.0)
        session.train()
        with np.errstate(all="ignore"):
            await rest(session)
            await until(lambda: bool(session.race.rivals[0].error))
        assert session.training.state == "finished"
        assert "diverged" in [run.ended for run in session.runs]

    run(scenario())


def test_what_makes_no_race_is_refused() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.race.add(lr=SMALL.lr)
        assert "your own run" in session.race.problem
        session.race.add(lr=-1)
        assert "lr: got -1" in session.race.problem
        for lr in (0.1, 0.2, 0.3):
            session.race.add(lr=lr)
        assert not session.race.problem
        session.race.add(lr=0.4)
        assert "3 rivals already" in session.race.problem
        assert len(session.race.rivals) == 3

    run(scenario())


def test_nothing_goes_on_working_once_all_have_arrived() -> None:
    async def scenario() -> None:
        idle = len(asyncio.all_tasks())
        session = Session(recipe=SMALL)
        session.race.add(lr=0.3)
        session.train()
        await rest(session)
        await until(lambda: session.race.rivals[0].experiment.over)
        await until(lambda: len(asyncio.all_tasks()) == idle)
        session.train()  # from the beginning
        await until(lambda: session.training.status.global_step > 3)
        session.pause()
        await until(lambda: len(asyncio.all_tasks()) == idle)
        behind = session.race.rivals[0].experiment.epochs_behind
        assert behind >= session.training.experiment.epochs_behind > 0

    run(scenario())


def test_a_rival_that_cannot_read_other_data_leaves_the_race() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.race.add(model="cnn", channels=(2,))
        session.race.add(lr=0.3)
        assert len(session.race.rivals) == 2
        session.configure(dataset="circles")
        await until(lambda: session.training.train_data.name == "circles")
        assert [rival.experiment.recipe.model for rival in session.race.rivals] == ["mlp"]
        assert session.race.rivals[0].experiment.recipe.lr == 0.3

    run(scenario())


def test_rivals_race_with_the_visitors_own_code() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        await ran(session, SQUARE)
        assert session.code.state == "right"
        session.race.add(lr=0.05)
        session.train()
        await rest(session)
        await until(lambda: session.race.rivals[0].experiment.over)
        assert repr(session.race.rivals[0].experiment.model) == repr(session.training.model)

    run(scenario())
