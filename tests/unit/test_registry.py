"""Registries: one place to add a thing, and no name that quietly means something else."""

from collections.abc import Iterator

import numpy as np
import pytest

import nncore as nn
from nncore.cli import build_parser
from nncore.errors import RecipeError
from nncore.init import INITIALIZERS
from nncore.optim import OPTIMIZERS
from nncore.registry import Registry

REGISTRIES = [
    nn.ACTIVATIONS,
    nn.LOSSES,
    nn.LAYERS,
    nn.NETWORKS,
    nn.OPTIMIZERS,
    nn.SCHEDULES,
    INITIALIZERS,
]
DIGITS, _ = nn.load_digits()


@pytest.fixture
def sign_sgd() -> Iterator[type[nn.Optimizer]]:
    """An optimiser of one's own, registered as `sign`."""

    @OPTIMIZERS.add("sign", "the gradient's sign", "momentum", step_size="lr")
    class SignSGD(nn.Optimizer):
        def __init__(self, params: list[nn.Parameter], step_size: float, momentum: float) -> None:
            super().__init__(params, step_size)
            self.momentum = momentum

        def update(self, index: int, parameter: nn.Parameter) -> None:
            parameter.data -= self.effective_lr * np.sign(parameter.grad)

    yield SignSGD
    OPTIMIZERS.remove("sign")


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.setting)
def test_an_unknown_name_is_refused_with_what_there_is(registry: Registry) -> None:
    first = next(iter(registry))
    with pytest.raises(RecipeError, match=f"{registry.setting}: got 'swish', expected one of {first}"):
        registry["swish"]
    with pytest.raises(RecipeError, match="'swish'"):
        registry.remove("swish")
    with pytest.raises(ValueError, match=f"got '{first}' a second time"):
        registry.add(first, "again")(object)


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.setting)
def test_choices_and_conditions_follow_the_registry(registry: Registry) -> None:
    assert all(registry.labels[name] for name in registry)
    for name in registry:
        assert set(registry[name].arguments.values()) <= set(nn.SETTINGS)
    if registry.setting in nn.SETTINGS:
        assert list(nn.SETTINGS[registry.setting].choices) == list(registry)


def test_one_of_ones_own_is_built_and_nothing_else(sign_sgd: type[nn.Optimizer]) -> None:
    recipe = nn.Recipe(optimizer="sign", lr=0.003, momentum=0.5, hidden=(8,))
    trainer = recipe.build_trainer(DIGITS)
    assert type(trainer.optimizer) is sign_sgd
    assert (trainer.optimizer.lr, trainer.optimizer.momentum) == (0.003, 0.5)
    before = trainer.model.state_dict()
    trainer.advance()
    moved = np.abs(trainer.model[1].bias.data - before["1.bias"])
    np.testing.assert_allclose(moved, 0.003, rtol=1e-4)
    recipe.replace(momentum=0.7).apply_live(trainer)
    assert trainer.optimizer.momentum == 0.7


def test_one_of_ones_own_can_be_chosen_everywhere(sign_sgd: type[nn.Optimizer]) -> None:
    assert nn.SETTINGS["momentum"].applies(nn.Recipe(optimizer="sign"))
    assert not nn.SETTINGS["nesterov"].applies(nn.Recipe(optimizer="sign"))
    train = build_parser().parse_args(["train", "--optimizer", "sign"])
    assert nn.SETTINGS["optimizer"].parse(train.set_optimizer) == "sign"


def test_once_removed_it_is_unknown(sign_sgd: type[nn.Optimizer]) -> None:
    OPTIMIZERS.remove("sign")
    with pytest.raises(RecipeError, match="optimizer: got 'sign', expected one of sgd"):
        nn.Recipe(optimizer="sign")
    OPTIMIZERS.add("sign", "again")(sign_sgd)


def test_no_name_falls_through_to_another_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that the settings allow but nobody registered: it used to become AdamW, constant, or NLL."""
    for setting, build in (
        ("optimizer", lambda recipe: recipe.build_trainer(DIGITS)),
        ("schedule", lambda recipe: recipe.build_trainer(DIGITS)),
        ("loss", lambda recipe: recipe.build_criterion()),
        ("activation", lambda recipe: recipe.build_model(DIGITS)),
        ("model", lambda recipe: recipe.build_model(DIGITS)),
    ):
        recipe = nn.Recipe(hidden=(8,))
        object.__setattr__(recipe, setting, "swish")
        with pytest.raises(RecipeError, match=f"{setting}: got 'swish'"):
            build(recipe)
