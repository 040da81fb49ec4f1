"""Recipes: every setting described, checked, parsed, and turned into objects."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nncore as nn
from nncore.errors import RecipeError
from nncore.setting import Setting
from nncore.settings import SETTINGS

DIGITS, TEST = nn.load_digits()


def values_of(setting: Setting) -> st.SearchStrategy:
    numbers = {"min_value": setting.minimum, "max_value": setting.maximum}
    whole = {key: int(value) for key, value in numbers.items() if value is not None}
    return {
        "bool": st.booleans(),
        "choice": st.sampled_from(sorted(setting.choices) or [""]),
        "int": st.integers(**whole),
        "float": st.floats(**numbers),
        "widths": st.lists(st.integers(**whole), max_size=setting.max_length).map(tuple),
    }[setting.kind]


recipes = st.fixed_dictionaries({name: values_of(setting) for name, setting in nn.SETTINGS.items()})


def test_every_field_is_described_in_order() -> None:
    assert list(nn.SETTINGS) == [field.name for field in dataclasses.fields(nn.Recipe)]
    for setting in nn.SETTINGS.values():
        assert setting.label
        assert setting.help.endswith(".")
        for other, values in setting.applies_if.items():
            assert set(values) <= set(nn.SETTINGS[other].choices)


@given(recipes)
def test_recipes_survive_json_and_text(values: dict) -> None:
    recipe = nn.Recipe(**values)
    assert nn.Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe
    texts = {name: setting.format(getattr(recipe, name)) for name, setting in nn.SETTINGS.items()}
    assert nn.Recipe(**{name: nn.SETTINGS[name].parse(text) for name, text in texts.items()}) == recipe
    assert nn.Recipe().replace(**recipe.changes()) == recipe


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch_size": 0}, "batch_size: got 0, expected a whole number from 1 to 4096"),
        ({"batch_size": 6.5}, "batch_size: got 6.5"),
        ({"batch_size": True}, "batch_size: got True"),
        ({"batch_size": float("inf")}, "batch_size: got inf"),
        ({"batch_size": 10**400}, "batch_size: got 1000"),
        ({"lr": float("nan")}, "lr: got nan, expected a number from 0 to 100"),
        ({"optimizer": "sdg"}, "optimizer: got 'sdg', expected one of sgd, adam"),
        ({"hidden": (0,)}, r"hidden: got \(0,\), expected up to 5 whole numbers from 1 to 4096"),
        ({"hidden": (1,) * 6}, "up to 5"),
        ({"drop_last": 1}, "drop_last: got 1, expected true or false"),
        ({"learning_rate": 1}, "unknown setting 'learning_rate'"),
        ({"bach_size": 1}, "did you mean 'batch_size'"),
    ],
)
def test_wrong_settings_are_refused_with_reason(change: dict, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        nn.Recipe().replace(**change)


@pytest.mark.parametrize(
    ("name", "text"), [("lr", "fast"), ("epochs", "2.5"), ("drop_last", "maybe"), ("hidden", "1,x")]
)
def test_texts_that_are_no_values_are_refused(name: str, text: str) -> None:
    with pytest.raises(RecipeError, match=f"{name}: got '{text}', expected"):
        nn.SETTINGS[name].parse(text)


def test_settings_know_when_they_apply() -> None:
    momentum, channels = nn.SETTINGS["momentum"], nn.SETTINGS["channels"]
    assert momentum.applies(nn.Recipe(optimizer="sgd"))
    assert not momentum.applies(nn.Recipe(optimizer="adam"))
    assert momentum.condition == "optimizer is sgd or rmsprop"
    assert channels.condition == "model is cnn"
    assert nn.SETTINGS["lr"].condition == ""


@pytest.mark.parametrize("loss", nn.SETTINGS["loss"].choices)
@pytest.mark.parametrize("optimizer", nn.SETTINGS["optimizer"].choices)
def test_every_loss_goes_with_every_optimizer(loss: str, optimizer: str) -> None:
    recipe = nn.Recipe(loss=loss, optimizer=optimizer, hidden=(8,), lr=0.01)
    trainer = recipe.build_trainer(DIGITS)
    assert np.isfinite(trainer.advance().loss)
    p = nn.predict(trainer.model, trainer.criterion, DIGITS.inputs(slice(0, 5)))
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-4)


@pytest.mark.parametrize("name", ["activation", "init", "schedule", "shuffle"])
def test_every_choice_builds(name: str) -> None:
    for choice in nn.SETTINGS[name].choices:
        trainer = nn.Recipe(**{name: choice}, hidden=(8,)).build_trainer(DIGITS)
        assert np.isfinite(trainer.advance().loss)


def test_the_mlp_has_the_layers_asked_for() -> None:
    recipe = nn.Recipe(hidden=(32, 16), activation="relu", batch_norm=True, dropout=0.1, loss="nll")
    kinds = [type(layer).__name__ for layer in recipe.build_model(DIGITS)]
    hidden = ["Linear", "BatchNorm1d", "ReLU", "Dropout"]
    assert kinds == ["Flatten", *hidden, *hidden, "Linear", "LogSoftmax"]


def test_the_cnn_has_the_layers_asked_for_and_fits_the_images() -> None:
    recipe = nn.PRESETS["small-cnn"].recipe
    model = recipe.build_model(nn.Dataset(np.zeros((1, 28, 28), np.uint8), np.zeros(1, int)))
    block = ["Conv2d", "ReLU", "MaxPool2d"]
    kinds = [type(layer).__name__ for layer in model]
    assert kinds == [*block, *block, "Conv2d", "ReLU", "Flatten", "Linear", "ReLU", "Linear"]
    assert model.num_parameters() == 224_714
    assert model(np.zeros((2, 1, 28, 28), np.float32)).shape == (2, 10)
    with pytest.raises(RecipeError, match="cnn for images of 3x28"):
        recipe.build_model(nn.Dataset(np.zeros((1, 3, 28), np.uint8), np.zeros(1, int)))


def test_no_hidden_layer_is_logistic_regression() -> None:
    assert nn.Recipe(hidden=()).build_model(DIGITS).num_parameters() == 650


def test_weights_depend_on_the_seed_alone() -> None:
    a, b, c = (nn.Recipe(hidden=(5,), seed=seed).build_model(DIGITS).state_dict() for seed in (1, 1, 2))
    assert np.array_equal(a["1.weight"], b["1.weight"])
    assert not np.array_equal(a["1.weight"], c["1.weight"])


def test_presets_are_described() -> None:
    assert list(nn.PRESETS) == ["notebook", "corrected", "fast-mlp", "small-cnn", "plane"]
    for preset in nn.PRESETS.values():
        assert preset.title
        assert preset.summary.endswith(".")
        assert preset.recipe.dataset == ("circles" if preset.title == "Points of the plane" else "digits")


RANGES = {  # links and saved models rely on what was once allowed
    "batch_size": (1, 4096),
    "test_batch_size": (1, 10_000),
    "channels": ((1,), (256,) * 6),
    "hidden": ((), (4096, 4096, 4096, 4096, 4096)),
    "noise": (0.0, 0.5),
    "dropout": (0.0, 0.9),
    "label_smoothing": (0.0, 0.5),
    "lr": (0.0, 100.0),
    "momentum": (0.0, 0.999),
    "weight_decay": (0.0, 1.0),
    "clip_norm": (0.0, 1000.0),
    "step_epochs": (1, 1000),
    "gamma": (0.001, 1.0),
    "warmup": (0.01, 0.9),
    "epochs": (1, 10_000),
    "patience": (0, 1000),
    "shift": (0.0, 0.3),
    "rotate": (0.0, 45.0),
    "scale": (0.0, 0.5),
    "shear": (0.0, 0.5),
    "thickness": (0.0, 1.0),
    "elastic": (0.0, 10.0),
    "seed": (0, 2**31 - 1),
}


@pytest.mark.parametrize("name", RANGES)
def test_a_setting_goes_from_its_least_to_its_most_and_no_further(name: str) -> None:
    least, most = RANGES[name]
    for value in (least, most):
        assert getattr(nn.Recipe().replace(**{name: value}), name) == value
    beyond: list[object] = []
    if isinstance(least, tuple):
        beyond = [(0,), (*most[1:], most[0] + 1), (*most, 1)]
    else:
        step = 1 if isinstance(least, int) else 1e-4
        beyond = [least - step, most + step]
    for value in beyond:
        with pytest.raises(RecipeError, match=name):
            nn.Recipe().replace(**{name: value})


def test_every_number_among_the_settings_has_its_range_here() -> None:
    numbers = {name for name, setting in SETTINGS.items() if setting.kind in ("int", "float", "widths")}
    assert numbers == set(RANGES)


DEFAULTS = {  # a link says only what differs from them
    **{"dataset": "digits", "noise": 0.05, "batch_size": 64, "test_batch_size": 1000, "shuffle": "epoch"},
    **{"drop_last": False, "model": "mlp", "channels": (16, 32, 64), "hidden": (1024,), "activation": "tanh"},
    **{"batch_norm": False, "dropout": 0, "init": "xavier_uniform", "loss": "cross_entropy"},
    **{"label_smoothing": 0, "optimizer": "sgd", "lr": 0.1, "momentum": 0, "nesterov": False},
    **{"weight_decay": 0, "clip_norm": 0, "schedule": "constant", "step_epochs": 10, "gamma": 0.1},
    **{"warmup": 0.3, "epochs": 10, "patience": 0, "shift": 0, "rotate": 0, "scale": 0, "shear": 0},
    **{"thickness": 0, "elastic": 0, "seed": 42},
}
ONE_CYCLE = {"optimizer": "adam", "lr": 0.003, "schedule": "one_cycle"}
RELU = {"activation": "relu", "init": "kaiming_uniform"}
MEANINGS = {  # or the name of one of these
    "notebook": {"shuffle": "once", "drop_last": True, "init": "normal", "loss": "softmax_log_nll"}
    | {"optimizer": "notebook", "lr": 0.0003, "epochs": 30},
    "corrected": {"loss": "nll", "momentum": 0.9, "schedule": "cosine"},
    "fast-mlp": RELU | ONE_CYCLE | {"hidden": (512,), "epochs": 12}
    | {"shift": 0.04, "rotate": 6, "scale": 0.08, "shear": 0.1},
    "small-cnn": RELU | ONE_CYCLE | {"model": "cnn", "hidden": (64,), "epochs": 5, "test_batch_size": 100},
    "plane": RELU | {"dataset": "circles", "batch_size": 10, "hidden": (8, 8)}
    | {"optimizer": "adam", "lr": 0.02, "epochs": 20},
}  # fmt: skip


def test_a_link_means_what_it_meant_when_it_was_made() -> None:
    assert nn.Recipe().to_dict() == DEFAULTS
    for name, preset in nn.PRESETS.items():
        assert preset.recipe.to_dict() == DEFAULTS | MEANINGS[name], name


def test_what_may_change_while_it_trains_and_what_may_not() -> None:
    """Of the others each begins a new run."""
    live = {name for name, setting in SETTINGS.items() if setting.live}
    learning = {"lr", "momentum", "nesterov", "weight_decay", "clip_norm", "epochs", "patience"}
    assert live == learning | {"shift", "rotate", "scale", "shear", "thickness", "elastic"}
