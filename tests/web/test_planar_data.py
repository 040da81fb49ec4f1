"""Points of the plane go through the same session and cards as pictures do."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
import pytest

from nncore.evaluate import predict
from nncore.presets import PRESETS
from nncore.recipe import Recipe
from tests.web.driving import rest, run, until
from web.insight.pictures import ZERO
from web.insight.regions import reach_of, regions
from web.session import Session, snapshot
from web.views.answer import AnswerView
from web.views.evidence import EvidenceView
from web.views.fooling import FoolingView
from web.views.neuron import NeuronView
from web.views.picture import PictureView
from web.views.plane import PlaneView
from web.views.projection import ProjectionView
from web.views.race import SIDE, RaceView
from web.views.regions import FINE, RegionsView
from web.views.response import ResponseView
from web.views.samples import SamplesView
from web.views.tabs import TABS
from web.views.unit import UnitView
from web.views.view import View

PLANAR = Recipe(hidden=(8, 4), epochs=3, lr=0.1, batch_size=32)


async def on_circles() -> Session:
    session = Session(recipe=PLANAR)
    session.configure(dataset="circles")
    await until(lambda: session.training.train_data.name == "circles")
    return session


def test_a_network_learns_points_and_every_unit_shows_its_region() -> None:
    async def scenario() -> None:
        session = await on_circles()
        view = RegionsView(session)
        _, pictures = view.__panel__().objects
        answer, layers = pictures.objects
        view.show()
        assert pictures.visible
        assert [len(tiles.content["pixels"]) for tiles in layers] == [8, 4]
        before = answer.content["pixels"], layers[0].content["pixels"]
        session.train()
        await rest(session)
        view.refresh()
        assert not np.array_equal(answer.content["pixels"], before[0])
        after = layers[0].content["pixels"]
        assert not np.array_equal(after, before[1])
        session.replay.show(0)
        view.refresh()
        assert np.abs(layers[0].content["pixels"].astype(int) - before[1]).max() <= 1
        session.replay.end()
        assert len(session.training.history.tests) == 3
        model, criterion = session.training.model, session.training.trainer.criterion
        corner = regions(model, criterion, FINE, reach_of(session.training.train_data.samples)).classes[0][
            0, 0
        ]
        assert (answer.content["pixels"][0][0, 0] > ZERO) == (corner > 0.5)
        view.hide()

    run(scenario())


@pytest.mark.parametrize("tab", TABS)
def test_every_card_copes_with_points(tab: str, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        session = Session(recipe=PLANAR)
        view = TABS[tab](session)
        view.show()
        session.configure(dataset="circles")
        await until(lambda: session.training.train_data.name == "circles")
        session.train()
        await rest(session)
        view.refresh()
        await until(lambda: not any(map(session.jobs.running, ("evaluation", "projection"))))
        session.configure(dataset="digits")
        await until(lambda: session.training.train_data.has_images)
        view.refresh()
        view.hide()

    with caplog.at_level(logging.WARNING):
        run(scenario())
    assert not caplog.records


@pytest.mark.parametrize("make", [EvidenceView, FoolingView, NeuronView, ResponseView])
def test_nobody_is_asked_to_draw_points(make: Callable[[Session], View]) -> None:
    async def scenario() -> None:
        view = make(await on_circles())
        view.show()
        assert "points, not pictures" in view._about.text  # type: ignore[attr-defined]
        view.hide()

    run(scenario())


def test_the_picture_of_the_network_shows_what_its_units_make_of_the_plane() -> None:
    async def scenario() -> None:
        session = await on_circles()
        picture, samples = PictureView(session, UnitView(session)), SamplesView(session)
        picture.show()
        samples.show()
        network = picture.__panel__()
        assert network.plan["input"] == "2 features"
        before = network.pictures["stages"]
        assert [len(stage) for stage in before] == [8, 4]
        assert before[0].ndim == 3
        session.train()
        await rest(session)
        picture.refresh()
        assert not np.array_equal(network.pictures["stages"][0], before[0])
        picture._pick(0, 2)
        await until(lambda: not session.jobs.running("exciting"))
        picture.hide()
        session.configure(dataset="digits")
        await until(lambda: session.training.train_data.has_images)
        picture.show()
        samples.refresh()
        assert "64 pixels" in network.plan["input"]
        picture.hide()
        samples.hide()

    run(scenario())


def test_points_are_projected_raced_saved_and_restored() -> None:
    async def scenario() -> None:
        session = await on_circles()
        session.race.add(lr=0.3)
        projection, race = ProjectionView(session), RaceView(session)
        projection.show()
        race.show()
        session.train()
        await rest(session)
        await until(lambda: projection._version == session.training.version)
        await until(lambda: session.race.rivals[0].experiment.over)
        race.refresh()
        mine, rival = (lane.content["pixels"] for lane in race.__panel__().objects[3])
        assert mine.shape == rival.shape == (1, SIDE, SIDE)
        assert not np.array_equal(mine, rival)
        # The first class, blue wherever it is named, has the blue end of the scale.
        experiment, reach = session.training.experiment, reach_of(session.training.train_data.samples)
        first = regions(experiment.model, experiment.trainer.criterion, SIDE, reach).classes[0]
        assert (mine[0][first > 0.6] > ZERO).all()
        assert (mine[0][first < 0.4] < ZERO).all()
        assert len(projection._scatter.places["points"]) == 2 * len(session.training.test_data)
        saved = snapshot.load(snapshot.save(session))
        other = Session()
        snapshot.restore(other, saved)
        await until(lambda: other.training.train_data.name == "circles")
        for name, array in other.training.model.state_dict().items():
            assert np.array_equal(array, session.training.model.state_dict()[name])
        projection.hide()
        race.hide()

    run(scenario())


def test_each_kind_of_data_has_settings_of_its_own() -> None:
    async def scenario() -> None:
        mine = Recipe(hidden=(20,), lr=0.2)
        session = Session(recipe=mine)
        session.choose_data("spiral")
        await until(lambda: session.training.train_data.name == "spiral")
        assert session.recipe == PRESETS["plane"].recipe.replace(dataset="spiral")
        session.configure(lr=0.01)
        session.choose_data("xor")
        await until(lambda: session.training.train_data.name == "xor")
        assert session.recipe.lr == 0.01
        session.choose_data("digits")
        await until(lambda: session.training.train_data.has_images)
        assert session.recipe == mine
        session.choose_data("circles")
        assert session.recipe.lr == 0.01

    run(scenario())


def test_noise_moves_the_points_and_begins_the_run_anew() -> None:
    async def scenario() -> None:
        session = await on_circles()
        session.train()
        await rest(session)
        before = session.training.train_data.samples
        session.configure(noise=0.3)
        await until(lambda: not np.array_equal(session.training.train_data.samples, before))
        assert session.training.recipe.noise == 0.3
        assert session.training.status.epoch == 0
        assert len(session.runs) == 1
        session.race.add(lr=0.3, noise=0.0)
        assert session.race.rivals[0].experiment.recipe.noise == 0.3
        other = Session()
        snapshot.restore(other, snapshot.load(snapshot.save(session)))
        await until(lambda: other.training.train_data.name == "circles")
        assert np.array_equal(other.training.train_data.samples, session.training.train_data.samples)
        session.configure(noise=0.05)
        await until(lambda: np.array_equal(session.training.train_data.samples, before))

    run(scenario())


def test_a_place_in_the_plane_is_what_the_network_is_asked_about() -> None:
    async def scenario() -> None:
        session = await on_circles()
        picture, plane, answer = (
            PictureView(session, UnitView(session)),
            PlaneView(session),
            AnswerView(session),
        )
        for view in (picture, plane, answer):
            view.show()
        component, network = plane.__panel__(), picture.__panel__()
        assert component.samples["learnt"] == len(session.training.train_data)
        before = component.field["share"].copy()
        session.spot.put(0.5, -0.25)
        picture.refresh()
        assert component.spot == [0.5, -0.25]
        expected = predict(
            session.training.model, session.training.trainer.criterion, np.array([[0.5, -0.25]], np.float32)
        )
        assert network.signal["answers"][0] == pytest.approx(expected[0], abs=1e-4)
        session.train()
        await rest(session)
        plane.refresh()
        assert not np.array_equal(component.field["share"], before)
        place = session.spot.place
        assert session.spot.answer == pytest.approx(
            predict(session.training.model, session.training.trainer.criterion, place[None])[0]
        )
        session.configure(dataset="digits")
        await until(lambda: session.training.train_data.has_images)
        assert session.spot.answer is None
        for view in (picture, plane, answer):
            view.hide()

    run(scenario())
