"""The views of weights, answers and arithmetic show what the network has, while they can be seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.web.driving import SMALL, run, until
from web.session import Session
from web.views.evidence import EvidenceView
from web.views.gradients import GradientsView
from web.views.network import NetworkView
from web.views.neuron import NeuronView
from web.views.response import ResponseView
from web.views.tabs import TABS
from web.views.view import View
from web.views.weights import WeightsView

CNN = SMALL.replace(model="cnn", channels=(4, 6), activation="relu", lr=0.1)


def drawn(session: Session, index: int = 0) -> Session:
    """The session with a test digit on the pad."""
    session.show_image(session.training.test_data.images[index])
    return session


def test_weights_are_redrawn_while_training_and_not_while_hidden() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(hidden=(64,), epochs=1000))
        view = WeightsView(session)
        view.show()
        before = view._tiles.content["pixels"].copy()
        assert before.shape == (40, 8, 8)
        session.train()
        await until(lambda: not np.array_equal(view._tiles.content["pixels"], before))
        view.hide()
        still = view._tiles.content["pixels"]
        step = session.training.status.global_step
        await until(lambda: session.training.status.global_step > step + 200)
        assert view._tiles.content["pixels"] is still
        session.pause()

    run(scenario())


def test_further_neurons_are_a_page_away() -> None:
    async def scenario() -> None:
        view = WeightsView(Session(recipe=SMALL.replace(hidden=(64,))))
        view.show()
        assert view._bar.status == "neurons 0 to 39 of 64"
        view._turn(40)
        assert view._bar.status == "neurons 40 to 63 of 64"
        assert len(view._tiles.content["pixels"]) == 24

    run(scenario())


def test_a_convolution_shows_its_kernels() -> None:
    async def scenario() -> None:
        view = WeightsView(Session(recipe=CNN))
        view.show()
        assert view._tiles.content["pixels"].shape == (4, 3, 3)
        assert view._tiles.content["names"][0] == "Weights of kernel 0"

    run(scenario())


@pytest.mark.parametrize("make", [ResponseView, EvidenceView, NeuronView])
def test_views_of_the_drawing_wait_for_one(make: Callable[[Session], View]) -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = make(session)
        view.show()
        assert view._about.text.startswith("Draw a digit")  # type: ignore[attr-defined]
        drawn(session)
        await until(lambda: not view._about.text.startswith("Draw a digit"))  # type: ignore[attr-defined]
        view.hide()

    run(scenario())


def test_responses_follow_a_new_network() -> None:
    async def scenario() -> None:
        session = drawn(Session(recipe=SMALL))
        view = ResponseView(session)
        view.show()
        assert [tiles.label for tiles in view._layers][:2] == ["1 · Linear, 16", "2 · Tanh, 16"]
        session.configure(model="cnn", channels=(4, 6))
        await until(lambda: view._layers[0].label == "0 · Conv2d, 4 × 8 × 8")
        view.hide()

    run(scenario())


def test_evidence_speaks_for_the_chosen_digit() -> None:
    async def scenario() -> None:
        session = drawn(Session(recipe=SMALL))
        view = EvidenceView(session)
        view.show()
        first = view._signed.content["pixels"]
        assert first.shape == (2, 8, 8)
        answer = int(session.pad.answers["yours"].probabilities.argmax())
        view._choose(str((answer + 1) % 10))
        assert not np.array_equal(view._signed.content["pixels"], first)
        blank = session.training.test_data.images[0] == 0
        assert (view._signed.content["pixels"][1][blank] == 128).all()  # no ink, nothing contributed

    run(scenario())


@pytest.mark.parametrize("recipe", [SMALL, CNN])
def test_the_sum_in_the_table_is_what_it_says(recipe: object) -> None:
    async def scenario() -> None:
        session = drawn(Session(recipe=recipe))  # type: ignore[arg-type]
        view = NeuronView(session)
        view.show()
        for item in view._bar.items[0]["options"]:
            view._choose_layer(item[0])
            figures = {row[0]: float(row[-1].replace("−", "-")) for row in view._table.rows}
            total = figures["sum"]
            products = view._table.rows[: view._table.strong[0]]
            assert sum(float(row[-1].replace("−", "-")) for row in products) == pytest.approx(total, abs=1e-3)

    run(scenario())


def test_the_drawn_network_counts_its_parameters() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        view = NetworkView(session)
        view.show()
        assert [layer["kind"] for layer in view._diagram.layers][:4] == ["Image", "Flatten", "Linear", "Tanh"]
        assert view._about.text.startswith("1,210 numbers")
        session.configure(hidden=(8,))
        assert view._about.text.startswith("610 numbers")

    run(scenario())


def test_gradient_check_reports_while_training_goes_on() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=1000))
        view = GradientsView(session)
        view.show()
        session.train()
        view._check()
        await until(lambda: view._bar.status.startswith("All agree"))
        assert session.training.state == "running"
        assert len(view._source.data["analytic"]) > 40
        session.pause()

    run(scenario())


@pytest.mark.parametrize("name", TABS)
def test_every_tab_can_be_built_shown_and_hidden(name: str) -> None:
    async def scenario() -> None:
        view = TABS[name](drawn(Session(recipe=CNN)))
        view.__panel__()
        view.show()
        view.hide()

    run(scenario())
