"""The projection follows the network on show, with the drawing in it, and shows mistakes where one looks."""

from __future__ import annotations

import asyncio

import numpy as np

from nncore import load_digits
from tests.web.driving import SMALL, rest, run, until
from web.session import Session
from web.views.projection import ProjectionView

TRAIN, TEST = load_digits()


def test_the_projection_follows_the_network_and_the_replay() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.show_image(TEST.images[3])
        view = ProjectionView(session)
        scatter = view.__panel__().objects[0]
        view.show()
        await until(lambda: bool(scatter.places))
        before = scatter.places["points"]
        assert len(before) == 2 * len(TEST)
        assert np.allclose(scatter.drawing, before[6:8], atol=2e-3)  # the drawing is the fourth test digit
        session.train()
        await rest(session)
        await until(lambda: not np.array_equal(scatter.places["points"], before))
        await until(lambda: view._version == session.training.version)
        after = scatter.places["points"]
        session.replay.show(0)
        await until(lambda: view._version == session.replay.version)
        assert not np.array_equal(scatter.places["points"], after)
        assert (np.array(scatter.places["predicted"]) == TEST.labels).mean() < 0.3
        view.hide()
        session.replay.end()
        assert view._version != session.replay.version
        assert not session.jobs.running("projection")

    run(scenario())


def test_a_projection_that_was_scrolled_away_waits_until_it_comes_back() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=10_000))
        view = ProjectionView(session)
        scatter = view.__panel__().objects[0]
        view.show()
        await until(lambda: bool(scatter.places))
        scatter.in_sight = False
        before = scatter.places
        session.train()
        await until(lambda: session.training.status.global_step > 3)
        await asyncio.sleep(0.7)
        assert scatter.places is before
        scatter.in_sight = True
        await until(lambda: scatter.places is not before)

    run(scenario())


def test_a_loop_shows_the_mistakes_in_it_and_a_mistake_goes_to_the_pad() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = ProjectionView(session)
        scatter, note, tiles = view.__panel__().objects
        view.show()
        await until(lambda: bool(scatter.places))
        view._loop(list(range(50)))
        wrong = np.flatnonzero(np.array(scatter.places["predicted"][:50]) != TEST.labels[:50])
        assert note.text == f"50 digits in the loop, {len(wrong)} taken for something else."
        assert len(tiles.content["captions"]) == min(24, len(wrong))
        view._put_on_pad(view._mistakes[0])
        assert session.pad.image is not None
        assert np.array_equal(session.pad.image * 16, TEST.images[wrong[0]])
        view._choose(7)
        assert scatter.chosen == 7
        assert "of class 7" in note.text
        view._choose(7)
        assert scatter.chosen == -1
        view.hide()

    run(scenario())


def test_a_diverged_network_leaves_the_last_picture() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = ProjectionView(session)
        scatter = view.__panel__().objects[0]
        view.show()
        await until(lambda: bool(scatter.places))
        before = scatter.places
        session.training.model.parameters()[0].data[...] = np.nan
        session.training.weights_changed()
        await until(lambda: view._version == session.training.version)
        assert scatter.places is before
        view.hide()

    run(scenario())
