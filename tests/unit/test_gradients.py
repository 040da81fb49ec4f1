"""Backward passes against finite differences, in float64."""

from typing import Any

import numpy as np
import pytest

import nncore as nn
from nncore import gradcheck
from nncore.ops import Array

IMAGES = {"one": (1, 1, 5, 5), "wide": (3, 2, 6, 9), "many": (5, 3, 8, 7)}
ROWS = {"one": (1, 4), "few": (3, 7), "many": (17, 12)}


def batch(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def worst(*args: object, **options: object) -> float:
    samples = gradcheck(*args, **{"samples": 25} | options)
    assert samples
    return max(sample.relative_error for sample in samples)


ELEMENTWISE = [
    nn.Tanh(),
    nn.ReLU(),
    nn.LeakyReLU(0.2),
    nn.LeakyReLU(0.0),
    nn.Sigmoid(),
    nn.GELU(),
    nn.Softmax(),
    nn.LogSoftmax(),
]


@pytest.mark.parametrize("shape", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("layer", ELEMENTWISE, ids=repr)
def test_activations(layer: nn.Module, shape: tuple[int, ...]) -> None:
    assert worst(layer, batch(shape)) < 1e-5


@pytest.mark.parametrize(
    "layer", [nn.Tanh(), nn.ReLU(), nn.LeakyReLU(), nn.Sigmoid(), nn.GELU(), nn.Flatten()], ids=repr
)
def test_layers_of_any_shape_take_images(layer: nn.Module) -> None:
    assert worst(layer, batch((2, 3, 4, 5))) < 1e-5


@pytest.mark.parametrize("offset", [1e-10, 0.5])
def test_log(offset: float) -> None:
    assert worst(nn.Log(offset), np.abs(batch((4, 6))) + 0.1) < 1e-5


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", ROWS.values(), ids=ROWS)
def test_linear(shape: tuple[int, int], bias: bool) -> None:
    assert worst(nn.Linear(shape[1], 5, bias, rng=1), batch(shape)) < 1e-5


@pytest.mark.parametrize("shape", IMAGES.values(), ids=IMAGES)
@pytest.mark.parametrize("kernel", [1, 2, 3])
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 1), (2, 1), (3, 2)])
def test_conv2d(shape: tuple[int, ...], kernel: int, stride: int, padding: int) -> None:
    layer = nn.Conv2d(shape[1], 4, kernel, stride, padding, bias=stride != 2, rng=1)
    assert worst(layer, batch(shape)) < 1e-5


@pytest.mark.parametrize("out_channels", [4, 8])
@pytest.mark.parametrize("groups", [2, 4])
@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 1, 1), (2, 2, 0), (5, 1, 2)])
def test_conv2d_in_groups(out_channels: int, groups: int, kernel: int, stride: int, padding: int) -> None:
    layer = nn.Conv2d(4, out_channels, kernel, stride, padding, groups=groups, rng=1)
    assert worst(layer, batch((2, 4, 6, 5))) < 1e-5


@pytest.mark.parametrize("shape", IMAGES.values(), ids=IMAGES)
@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (2, 2), (2, 1), (3, 2), (2, 3)])
def test_max_pool2d(shape: tuple[int, ...], kernel: int, stride: int) -> None:
    assert worst(nn.MaxPool2d(kernel, stride), batch(shape)) < 1e-5


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("rows", [2, 3, 20])
def test_batch_norm(rows: int, training: bool) -> None:
    layer = nn.BatchNorm1d(6)
    layer(batch((rows, 6), 1).astype(np.float32))  # running values other than 0 and 1
    layer.weight.data[:] = np.linspace(0.5, 2, 6)
    layer.train(training)
    assert worst(layer, batch((rows, 6))) < 1e-4


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(1, 3, 4, 5), (6, 3, 2, 2)])
def test_batch_norm_of_images(shape: tuple[int, ...], training: bool) -> None:
    layer = nn.BatchNorm2d(3)
    layer(batch(shape, 1).astype(np.float32))
    layer.weight.data[:] = np.linspace(0.5, 2, 3)
    layer.train(training)
    assert worst(layer, batch(shape)) < 1e-4


def normalized_conv(channels: int, **options: Any) -> nn.Sequential:
    """A convolution and batch norm, which `Sequential` runs as one."""
    model = nn.Sequential(nn.Conv2d(channels, 12, rng=1, **options), nn.BatchNorm2d(12))
    model[1].weight.data[:], model[1].bias.data[:] = np.linspace(-0.5, 2, 12), np.linspace(-1, 1, 12)
    return model


NORMALIZED_CONVS = [
    (1, {"kernel_size": 3, "padding": 1}),
    (1, {"kernel_size": 3, "stride": 2, "bias": False}),
    (3, {"kernel_size": 2, "padding": 1}),
    (5, {"kernel_size": 3, "padding": 1}),  # too many inputs: one after the other
    (4, {"kernel_size": 3, "padding": 1, "groups": 4}),
]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("channels", "options"), NORMALIZED_CONVS)
def test_convolution_normalised_at_once(channels: int, options: dict[str, Any], training: bool) -> None:
    model = normalized_conv(channels, **options)
    model(batch((4, channels, 6, 5), 1).astype(np.float32))
    model.train(training)
    assert worst(model, batch((4, channels, 6, 5))) < 1e-4


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("channels", "options"), NORMALIZED_CONVS)
def test_normalised_at_once_is_the_same_as_one_by_one(
    channels: int, options: dict[str, Any], training: bool
) -> None:
    x = batch((6, channels, 8, 7)).astype(np.float32) + 3  # a mean that is large beside what varies
    at_once, model = (normalized_conv(channels, **options).train(training) for _ in range(2))
    layers = [*model, nn.Tanh(), nn.MaxPool2d(2)]
    at_once = nn.Sequential(*at_once, nn.Tanh(), nn.MaxPool2d(2)).train(training)
    got, expected = at_once(x), x
    for layer in layers:
        expected = layer.train(training)(expected)
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)
    grad = batch(got.shape, 2).astype(np.float32)
    got, expected = at_once.backward(grad), grad
    for layer in reversed(layers):
        expected = layer.backward(expected)
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-4)
    for ours, theirs in zip(at_once.parameters(), model.parameters(), strict=True):
        np.testing.assert_allclose(ours.grad, theirs.grad, rtol=1e-3, atol=1e-3)
    for name, values in model.state_dict().items():
        np.testing.assert_allclose(at_once.state_dict()[name], values, rtol=1e-4)


@pytest.mark.parametrize("training", [True, False])
def test_dropout_draws_the_same_mask_for_the_difference(training: bool) -> None:
    assert worst(nn.Dropout(0.4, rng=0).train(training), batch((8, 9))) < 1e-5


@pytest.mark.parametrize("loss", nn.LOSSES)
def test_no_gradient_is_too_small_for_processors(loss: str) -> None:
    """One that counts for nothing is 0: numbers below `tiny` take tens of times as long."""
    criterion = nn.LOSSES[loss].make()
    model = nn.Sequential(*(layer() for layer in criterion.head))
    scores = np.array([[0, -30, -95, -200, -4], [9, 1, 0, -78, -86]], np.float32)
    criterion(model(scores), np.array([0, 1]))
    grad = np.abs(model.backward(criterion.backward()))
    assert (grad[grad != 0] >= np.finfo(np.float32).tiny).all()
    assert grad[1, 1] > 0


LOSSES = [
    nn.NLLLoss(),
    nn.NLLLoss(off_target=1e-2),
    nn.CrossEntropyLoss(),
    nn.CrossEntropyLoss(label_smoothing=0.1),
    nn.MSELoss(),
]


@pytest.mark.parametrize(("rows", "classes"), [(1, 2), (4, 10), (13, 3)])
@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_losses(loss: nn.Loss, rows: int, classes: int) -> None:
    labels = np.random.default_rng(1).integers(0, classes, rows)
    assert worst(loss, batch((rows, classes)), target=labels) < 1e-5


def test_mse_of_arrays() -> None:
    assert worst(nn.MSELoss(), batch((4, 3)), target=batch((4, 3), 1)) < 1e-5


@pytest.mark.parametrize("preset", nn.PRESETS)
def test_whole_models(preset: str) -> None:
    data, _ = nn.load_digits()
    recipe = nn.PRESETS[preset].recipe
    recipe = recipe.replace(hidden=(20, 12), batch_norm=True, dropout=0.2)
    model, criterion = recipe.build_model(data), recipe.build_criterion()
    x, labels = data.inputs(slice(0, 6)), data.labels[:6]
    assert worst(model, x, criterion, labels, samples=8) < 1e-4


def test_a_wrong_gradient_is_found() -> None:
    class Wrong(nn.Tanh):
        def backward_input(self, grad_output: np.ndarray) -> np.ndarray:
            return 1.01 * super().backward_input(grad_output)

    assert worst(Wrong(), batch((3, 4))) > 5e-3


def test_a_gradient_that_is_not_a_number_is_found() -> None:
    class Wrong(nn.Tanh):
        def backward_input(self, grad_output: np.ndarray) -> np.ndarray:
            return np.nan * super().backward_input(grad_output)

    assert worst(Wrong(), batch((3, 4))) == np.inf


def test_gradcheck_leaves_the_model_alone() -> None:
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Dropout(0.5, rng=1))
    before = model.state_dict()
    mask = model(np.ones((2, 4), np.float32)) == 0
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Dropout(0.5, rng=1))
    gradcheck(model, np.ones((2, 4)))
    assert all(np.array_equal(before[name], array) for name, array in model.state_dict().items())
    assert model[0].weight.grad is None
    np.testing.assert_array_equal(model(np.ones((2, 4), np.float32)) == 0, mask)


class PReLU(nn.Activation):
    """Slopes that are learnt (He et al. 2015)."""

    keeps = "input"

    def __init__(self) -> None:
        super().__init__()
        self.slope = nn.Parameter(np.full(1, 0.25))

    def function(self, x: Array) -> Array:
        return np.where(x > 0, x, self.slope.data * x)

    def derivative(self, x: Array) -> Array:
        return np.where(x > 0, 1.0, self.slope.data)

    def backward_params(self, grad_output: Array) -> None:
        x = self._kept
        self.slope.add_grad(lambda _: np.array([(grad_output * np.minimum(x, 0)).sum()]))


@pytest.mark.parametrize(
    ("first", "shape"),
    [
        (nn.Conv2d(1, 2, 3, rng=0), (4, 1, 8, 8)),
        (nn.BatchNorm1d(5), (4, 5)),
        (nn.Linear(5, 5, rng=0), (4, 5)),
    ],
    ids=repr,
)
def test_an_activation_that_learns_gets_its_gradient_wherever_it_stands(
    first: nn.Module, shape: tuple[int, ...]
) -> None:
    model = nn.Sequential(first, PReLU()).to(np.float64)
    x = np.random.default_rng(0).standard_normal(shape)
    slope, step = model[1].slope, 1e-6
    model.backward(np.ones_like(model(x)))
    found = slope.grad.copy()
    sums = []
    for value in (0.25 + step, 0.25 - step):
        slope.data[:] = value
        sums.append(model(x).sum())
    np.testing.assert_allclose(found, (sums[0] - sums[1]) / (2 * step), rtol=1e-6)
