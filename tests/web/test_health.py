"""A run that learns nothing says so; one that diverges goes back to where it was sound."""

from __future__ import annotations

import numpy as np
import pytest

from nncore.errors import RecipeError
from nncore.recipe import Recipe
from tests.web.driving import SMALL, rest, run
from web.session import Session, health
from web.views.controls import ControlsView


@pytest.fixture(autouse=True)
def _every_epoch_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PAUSE", 0.0)


def shown(session: Session) -> dict[str, str]:
    """What the card says."""
    view = ControlsView(session)
    view.refresh()
    controls = view.__panel__()
    return {name: getattr(controls, name) for name in ("error", "offer", "advice")}


def test_a_run_that_learns_nothing_says_what_is_the_matter() -> None:
    async def scenario() -> None:
        session = Session(recipe=Recipe(hidden=(32,), lr=100.0, epochs=3))
        session.train()
        await rest(session)
        assert "Reset with a learning rate of 10 or less" in shown(session)["advice"]
        session.configure(lr=0.1, hidden=(16,))
        assert shown(session)["advice"] == ""
        session.train()
        await rest(session)
        assert shown(session)["advice"] == ""

    run(scenario())


def test_a_run_is_given_sixty_steps_or_until_its_end() -> None:
    async def scenario() -> None:
        session = Session(recipe=Recipe(hidden=(32,), lr=100.0, epochs=10))
        for steps in (23, 46, 69):
            session.step_epoch()
            await rest(session)
            assert session.training.status.global_step == steps
            assert (session.training.experiment.health.complaint is None) == (steps < 60)
        session.configure(batch_size=1437, epochs=2)
        session.train()
        await rest(session)
        assert session.training.status.global_step == 2
        assert session.training.experiment.health.complaint is not None

    run(scenario())


def test_after_a_nan_the_last_sound_epoch_is_back_and_can_be_gone_on_from() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=6))
        session.step_epoch()
        await rest(session)
        weights = session.training.model.state_dict()
        tests = len(session.training.history.tests)
        session.step()
        await rest(session)
        session.training.model.parameters()[0].data[...] = np.nan
        session.train()
        await rest(session)
        said = shown(session)
        assert "training diverged" in said["error"]
        assert "stands again as after epoch 1" in said["error"]
        assert said["offer"] == "Go on from there with a learning rate of 0.05"
        for name, array in session.training.model.state_dict().items():
            np.testing.assert_array_equal(array, weights[name])
        assert len(session.training.history.tests) == tests
        assert [kept.ended for kept in session.runs] == ["diverged"]
        session.go_on_slower()
        await rest(session)
        assert (session.training.state, session.recipe.lr) == ("finished", 0.05)
        assert shown(session) == {"error": "", "offer": "", "advice": ""}

    run(scenario())


def test_a_run_that_diverged_is_back_with_the_settings_it_had_then() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL.replace(epochs=6))
        session.step_epoch()
        await rest(session)
        settings: list[float] = []
        session.subscribe("settings", lambda: settings.append(session.recipe.lr))
        session.configure(lr=100.0)
        session.training.model.parameters()[0].data[...] = np.nan
        session.train()
        await rest(session)
        assert settings[-1] == SMALL.lr, "nobody was told"
        assert shown(session)["offer"] == "Go on from there with a learning rate of 0.5"
        session.go_on_slower()
        await rest(session)
        assert (session.training.state, session.recipe.lr) == ("finished", 0.5)

    run(scenario())


def test_a_run_that_diverges_in_its_first_epoch_has_nothing_to_go_back_to() -> None:
    async def scenario() -> None:
        session = Session(recipe=SMALL)
        session.training.model.parameters()[0].data[...] = np.nan
        session.train()
        await rest(session)
        said = shown(session)
        assert "Lower the learning rate" in said["error"]
        assert said["offer"] == ""

    run(scenario())


def test_a_network_that_has_no_room_is_refused_before_it_is_made() -> None:
    session = Session(recipe=SMALL)
    model = session.training.model
    large = {"model": "cnn", "channels": (256, 256, 256, 256), "batch_size": 4096, "batch_norm": True}
    with pytest.raises(RecipeError, match=r"takes about 1\.8 GB to train, expected at most 1\.3 GB"):
        session.configure(**large, activation="gelu")
    assert session.training.model is model
    assert session.recipe == SMALL
