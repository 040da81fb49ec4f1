"""The race's card: rivals come by a button, are told apart, and their pictures change as they learn."""

from __future__ import annotations

import numpy as np

from tests.web.driving import SMALL, rest, run, until
from web.session import Session
from web.views.palette import line_style
from web.views.race import RaceView
from web.views.runs import RunsView


def test_a_rival_is_chosen_added_followed_and_taken_out() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = RaceView(session)
        _, _, table, lanes = view.__panel__().objects
        view.show()
        assert table.rows == []
        view._choose("learning rate ÷ 10")
        view._add()
        view.refresh()
        assert [row[:2] for row in table.rows] == [["Yours", ""], ["Rival 1", "learning rate 0.05"]]
        kept = session.race.rivals[0].run_id
        assert table.curves == [line_style(None), line_style(kept)]
        before = lanes[1].content["pixels"].copy()
        session.train()
        await rest(session)
        await until(lambda: session.race.rivals[0].experiment.over)
        view.refresh()
        assert [row[2] for row in table.rows] == ["2.0", "2.0"]
        assert table.rows[0][3].endswith("%")
        assert table.rows[1][3].endswith("%")
        assert not np.array_equal(lanes[1].content["pixels"], before)
        view._remove(0)
        assert table.rows == []
        assert len(lanes) == 0
        view.hide()

    run(scenario())


def test_no_rival_is_added_twice() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = RaceView(session)
        view.show()
        view._add()
        view._add()  # the next of the choices
        first, second = session.race.rivals
        assert first.differs != second.differs
        view._choose("learning rate × 3")
        view._add()
        assert len(session.race.rivals) == 2
        assert session.race.problem == "Rival 1 has these settings already: choose others."
        bar = view.__panel__().objects[1]
        assert bar.status == session.race.problem
        view.hide()

    run(scenario())


def test_the_kept_runs_tell_how_far_a_rival_is_while_it_races() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        told: list[tuple[int, str]] = []
        session.race.add(lr=0.05)
        session.subscribe("runs", lambda: told.extend((run.epochs, run.ended) for run in session.runs))
        session.step_epoch()
        await rest(session)
        await until(lambda: not session.race.rivals[0].lags(1))
        assert (1, "racing") in told

    run(scenario())


def test_a_kept_run_can_be_raced_against() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.train()
        await rest(session)
        runs = RunsView(session)
        runs._commands["race"](1, None)
        assert "your own run" in session.race.problem
        session.configure(activation="relu")
        runs._commands["race"](1, None)
        assert session.race.rivals[0].differs == {"activation": "tanh"}
        view = RaceView(session)
        assert "the settings of Run 1" in view._choices()

    run(scenario())
