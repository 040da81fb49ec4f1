"""The first screen: the picture of the network, the pace of training, what came of it."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest

from nncore import PRESETS, Recipe
from nncore.evaluate import evaluate
from tests.web.driving import SMALL, rest, run, until
from web.pad.example import example
from web.session import Session
from web.session.pace import CATCH_UP, CLOSELY, EPOCH, Pace
from web.views.controls import ControlsView
from web.views.picture import PictureView
from web.views.recipe_words import preset_of, preset_words
from web.views.suggestions import suggestions
from web.views.unit import UnitView


def test_the_picture_follows_drawing_and_training() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.pad.show(example(), example=True)
        view = PictureView(session, UnitView(session))
        view.show()
        network = view._network
        assert [stage["name"] for stage in network.plan["stages"]] == ["16 units"]
        assert "noise until it learns" in network.caption
        before, signal = network.pictures, network.signal
        assert len(signal["links"][0]) > 0
        session.train()
        await rest(session)
        view.refresh()
        assert network.pictures is not before
        assert "what each unit has learnt" in network.caption
        answer = session.pad.answer("yours")
        assert answer is not None
        assert network.signal["answers"][0] == pytest.approx(answer.tolist(), abs=1e-4)
        assert f"Your network says {answer.argmax()}" in network.words
        session.pad.draw([])
        view.refresh()
        assert "input" not in network.signal
        view.hide()

    run(scenario())


@pytest.mark.parametrize(("hidden", "left_out"), [((9, 8, 7, 6), 0), ((9, 8, 7, 6, 5), 1)])
def test_a_picture_that_leaves_layers_out_says_so(hidden: tuple[int, ...], left_out: int) -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(hidden=hidden))
        view = PictureView(session, UnitView(session))
        view.show()
        network = view._network
        drawn = [stage["name"] for stage in network.plan["stages"]]
        assert drawn == [f"{n} units" for n in (hidden[0], *hidden[1 + left_out :])]
        for text in (network.caption, network.words):
            assert ("not drawn: 1." in text) == bool(left_out)
        view.hide()

    run(scenario())


def test_a_hidden_picture_computes_nothing() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = PictureView(session, UnitView(session))
        view.show()
        view.hide()
        shown = view._network.pictures
        session.train()
        await rest(session)
        await asyncio.sleep(0.15)
        assert view._network.pictures is shown

    run(scenario())


def test_a_picture_that_was_scrolled_away_waits_until_it_comes_back_or_training_rests() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=10_000))
        session.pad.show(example(), example=True)
        view = PictureView(session, UnitView(session))
        view.show()
        network = view._network
        network.in_sight = False
        shown = network.pictures
        session.train()
        await until(lambda: session.training.status.global_step > 3)
        await asyncio.sleep(0.4)
        assert network.pictures is shown
        network.in_sight = True
        await until(lambda: network.pictures is not shown)
        network.in_sight = False
        session.pause()
        await until(lambda: view._painted == session.training.version)

    run(scenario())


def test_a_unit_is_looked_at_closely() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.pad.show(example())
        view = PictureView(session, UnitView(session))
        view.show()
        unit = view._network.plan["stages"][0]["units"][2]
        view._pick(0, unit)
        await until(lambda: bool(view._unit._found))
        first = session.training.model[1]
        images = session.training.test_data.inputs()[:, 0].reshape(-1, 64)
        outputs = np.tanh(images @ first.weight.data[:, unit] + first.bias.data[unit])  # type: ignore[attr-defined]
        assert view._unit._found[0].output == pytest.approx(outputs.max(), abs=1e-5)
        assert outputs[view._unit._found[0].place] == pytest.approx(outputs.max(), abs=1e-5)
        assert f"Unit {unit} of 16" in view._unit._bar.status
        view._pick(0, unit)  # once more closes it
        assert view._unit._stage is None
        assert view._network.pressed == []
        view._pick(0, max(view._network.plan["stages"][0]["units"]))
        assert view._unit._stage is not None
        session.configure(hidden=(4,))  # nothing fails: the unit is no more
        assert view._unit._stage is None
        for stage, gone in ((0, 15), (1, 0)):  # pressed before the page had the new network's picture
            view._pick(stage, gone)
            assert view._unit._stage is None
        view.hide()

    run(scenario())


def test_the_picture_shows_the_past_in_a_replay() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.pad.show(example())
        view = PictureView(session, UnitView(session))
        view.show()
        session.train()
        await rest(session)
        view.refresh()
        units, present = view._network.plan["stages"][0]["units"], view._network.pictures["stages"][0].copy()
        session.replay.show(1)
        view.refresh()
        assert view._network.plan["stages"][0]["units"] == units
        assert not np.array_equal(view._network.pictures["stages"][0], present)
        session.replay.end()
        view.refresh()
        np.testing.assert_array_equal(view._network.pictures["stages"][0], present)
        view.hide()

    run(scenario())


def test_pace() -> None:
    pace = Pace()
    pace.stepped(10.0, 100)
    assert pace.left(10.0) == 0
    pace.speed = "closely"
    pace.forget()
    pace.stepped(10.0, 100)
    assert pace.left(10.0) == pytest.approx(1 / CLOSELY)
    assert pace.left(11.0) == 0
    pace.speed = "normal"
    pace.forget()
    assert pace.left(0.0) == 0
    pace.stepped(10.0, 1)  # an epoch of one step
    assert pace.left(10.0) > EPOCH / 2
    pace.forget()
    pace.stepped(10.0, 10)
    pace.stepped(10.0, 10)  # the first may have been late by as much as is caught up
    assert pace.left(10.0) == pytest.approx(2 * EPOCH / 10 - CATCH_UP)
    pace.forget()
    for step in range(100):  # on a device that takes no time at all
        now = 20.0 + step * EPOCH / 100
        pace.stepped(now, 100)
        assert pace.left(now) <= EPOCH / 100
    pace.stepped(30.0, 100)
    assert pace.left(30.0) == 0, "a slow device is not held back"


def test_watched_closely_every_step_is_told_and_full_speed_takes_effect_at_once() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.training.set_speed("closely")
        told: list[int] = []
        session.subscribe("weights", lambda: told.append(session.training.status.global_step))
        start = time.perf_counter()
        session.train()
        await until(lambda: session.training.status.global_step >= 4)
        assert time.perf_counter() - start > 2 / CLOSELY
        assert session.training.held_back
        assert {2, 3} <= set(told)
        session.training.set_speed("full")
        await rest(session)
        assert not session.training.held_back

    run(scenario())


def test_the_end_tells_how_far_it_came() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = ControlsView(session)
        view.show()
        assert session.outcome.result is None
        assert view._controls.outcome == {}
        session.train()
        await rest(session)
        await until(lambda: session.outcome.result is not None and session.outcome.result.before is not None)
        result = session.outcome.result
        assert result is not None
        training = session.training
        fresh = evaluate(
            SMALL.build_model(training.train_data), training.trainer.criterion, training.test_data
        )
        assert result.before == pytest.approx(fresh.accuracy)
        assert result.accuracy == training.status.test_accuracy
        words = view._controls.outcome["text"]
        assert f"reads {result.accuracy:.1%} of {len(training.test_data):,} digits it never saw" in words
        assert f"started at {result.before:.1%}" in words
        offer = view._offers[0]
        view._follow(offer.words)
        assert session.recipe == SMALL.replace(**offer.changes)
        assert session.training.state == "running"
        assert view._controls.outcome == {}
        session.pause()
        view._follow(offer.words)  # clicked twice: there are no offers now
        assert session.recipe == SMALL.replace(**offer.changes)
        assert session.training.state == "paused"

    run(scenario())


def test_suggestions_are_experiments_that_can_be_run() -> None:
    recipes = [preset.recipe for preset in PRESETS.values()]
    for recipe in [*recipes, Recipe(hidden=()), Recipe(lr=90.0)]:
        for suggestion in suggestions(recipe):
            assert recipe.replace(**suggestion.changes) != recipe
    assert "Correct it" in [suggestion.words for suggestion in suggestions(PRESETS["notebook"].recipe)]


def test_a_preset_is_praised_for_the_data_at_hand_alone() -> None:
    corrected = PRESETS["corrected"].recipe
    assert preset_of(corrected) == "corrected"
    assert "98%" in preset_words(corrected.replace(dataset="mnist"))
    assert "98%" not in preset_words(corrected)


def test_an_example_gives_way_to_a_drawing() -> None:
    session = Session(recipe=SMALL)
    session.pad.show(example(), example=True)
    assert session.pad.example
    assert session.pad.answer("yours") is not None
    session.pad.draw(np.ones((28, 28), np.float32))
    assert not session.pad.example


def test_a_guess_comes_before_training_and_is_compared_with_the_result() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = ControlsView(session)
        view.show()
        assert view._controls.guess == {}
        session.guess.want(True)
        assert view._controls.guess["open"]
        session.train()
        assert session.training.state == "idle", "training waits for the guess"
        with pytest.raises(ValueError, match="between 0 and 100"):
            session.guess.say(7)
        session.guess.say(0.5)
        assert not view._controls.guess["open"]
        session.train()
        await rest(session)
        result = session.outcome.result
        assert result is not None
        points = 100 * (result.accuracy - 0.5)
        assert f"You expected 50.0%: it came out {points:.1f} points higher" in view._controls.outcome["text"]
        session.train()
        assert session.training.state == "idle", "each run has its own"
        assert view._controls.guess["open"]

    run(scenario())
