"""The notebook preset takes the notebook's steps: same losses and weights to 1e-10."""

import numpy as np
import pytest

from nncore import PRESETS, Trainer, load_digits
from tests.notebook import Notebook

TOLERANCE = 1e-10


def paired(seed: int, inputs_scale: float = 1.0) -> tuple[Notebook, Trainer]:
    """The reference and a float64 trainer of the preset with the reference's weights."""
    train, _ = load_digits()
    recipe = PRESETS["notebook"].recipe.replace(hidden=(48,), seed=seed)
    model = recipe.build_model(train, dtype=np.float64)
    reference = Notebook(64, 48, 10, seed)
    reference.w1 *= inputs_scale
    weights = {
        "1.weight": reference.w1,
        "1.bias": reference.b1,
        "3.weight": reference.w2,
        "3.bias": reference.b2,
    }
    model.load_state_dict(weights)
    return reference, recipe.build_trainer(train, model=model)


@pytest.mark.parametrize(("seed", "scale"), [(0, 1.0), (1, 0.1), (42, 0.3)])
def test_steps_equal_the_notebooks(seed: int, scale: float) -> None:
    reference, trainer = paired(seed, scale)
    for _ in range(12):
        x, y = trainer.loader.batch(0, trainer.progress.step)
        expected = reference.step(x.reshape(len(x), -1), y, lr=trainer.optimizer.lr)
        event = trainer.advance()
        assert event.loss == pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE)
        state = trainer.model.state_dict()
        for name, value in {"1.weight": "w1", "1.bias": "b1", "3.weight": "w2", "3.bias": "b2"}.items():
            np.testing.assert_allclose(state[name], getattr(reference, value), rtol=TOLERANCE, atol=TOLERANCE)


def test_preset_is_the_notebooks_experiment() -> None:
    recipe = PRESETS["notebook"].recipe
    assert (recipe.hidden, recipe.activation, recipe.batch_size, recipe.test_batch_size) == (
        (1024,),
        "tanh",
        64,
        1000,
    )
    assert (recipe.lr, recipe.epochs, recipe.seed, recipe.shuffle, recipe.drop_last) == (
        0.0003,
        30,
        42,
        "once",
        True,
    )


def test_update_is_a_step_along_the_true_gradient_scaled_by_the_loss() -> None:
    """W moves by lr * n * loss * G and b by loss * G, where G is the true gradient of the mean loss."""
    _, trainer = paired(3, 0.2)
    before = trainer.model.state_dict()
    event = trainer.advance()
    for name, parameter in trainer.model.named_parameters():
        rate = event.loss * (0.0003 * 64 if parameter.data.ndim == 2 else 1)
        np.testing.assert_allclose(parameter.data, before[name] - rate * parameter.grad, atol=1e-14)
