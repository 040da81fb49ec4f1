"""The kernels' C source, compiled for this machine, against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore import ops
from nncore.activations import ReLU
from nncore.build import build_model, build_trainer
from nncore.data import Dataset
from nncore.linear import Linear
from nncore.ops import NumpyOps
from nncore.optim import SGD
from nncore.recipe import Recipe
from tests.unit import kernel_checks
from web.kernels import FOLDER, KernelOps, build

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NaN and infinity are part of the cases


@pytest.fixture
def only_kernels(kernels: KernelOps, monkeypatch: pytest.MonkeyPatch) -> KernelOps:
    """NumPy must not do the work."""
    for name in ("matmul", "linear", "linear_grad_weight"):
        monkeypatch.setattr(kernel_checks.NumpyOps, name, None)
    return kernels


@pytest.mark.parametrize("dtype", kernel_checks.DTYPES, ids=str)
@pytest.mark.parametrize("check", kernel_checks.CHECKS, ids=lambda check: check.__name__)
def test_agrees_with_numpy(check: Callable[..., None], dtype: np.dtype, kernels: KernelOps) -> None:
    check(kernels, kernel_checks.Numbers(dtype, seed=1))


@pytest.mark.parametrize("dtype", kernel_checks.DTYPES, ids=str)
def test_products_are_not_left_to_numpy(only_kernels: KernelOps, dtype: np.dtype) -> None:
    for check in (kernel_checks.products, kernel_checks.keeps_neighbours, kernel_checks.not_finite):
        check(only_kernels, kernel_checks.Numbers(dtype))


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_product_of_any_views(kernels: KernelOps, data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    size = st.integers(0, 70)
    m, k, n = data.draw(size), data.draw(st.one_of(size, st.integers(200, 460))), data.draw(size)

    def view(rows: int, cols: int) -> np.ndarray:
        """A matrix cut out of a larger one, with any steps, transposed or not, with or without zeros."""
        row_step, col_step = (data.draw(st.sampled_from((-2, -1, 1, 2, 3))) for _ in range(2))
        shape = rows * abs(row_step) + 3, cols * abs(col_step) + 3
        base = rng.standard_normal(shape, dtype=np.float32)
        if data.draw(st.booleans()):
            base = np.asfortranarray(base)
        cut = base[::row_step, ::col_step][:rows, :cols]
        return cut * (rng.random(cut.shape) < 0.2).astype(np.float32) if data.draw(st.booleans()) else cut

    x, w, grad = view(m, k), view(k, n), view(m, n)
    bias = view(1, n)[0] if data.draw(st.booleans()) else None
    kernel_checks.close_product(kernels.linear(x, w, bias), x, w, bias)
    kernel_checks.close_product(kernels.linear_grad_weight(x, grad), x.T, grad)
    kernel_checks.close_product(kernels.matmul(grad, w.T), grad, w.T)
    param = np.zeros((k, n), np.float32)
    if m <= 392:  # KC
        assert kernels.linear_sgd_step(param, x, grad, None, lr=-1)
        kernel_checks.close_product(param, x.T, grad)


def test_skipping_zeros_changes_nothing(kernels: KernelOps) -> None:
    rng = np.random.default_rng(3)
    x, w = kernel_checks.Numbers().like_pixels(64, 784), rng.standard_normal((784, 100), dtype=np.float32)
    with_zeros = kernels.matmul(x, w)
    np.testing.assert_allclose(kernels.linear(x, w), with_zeros, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "notebook"])
def test_training_never_computes_the_gradient_by_itself_and_learns_the_same(
    kernels: KernelOps, monkeypatch: pytest.MonkeyPatch, optimizer: str
) -> None:
    rng = np.random.default_rng(0)
    data = Dataset(rng.integers(0, 256, (96, 8, 8), dtype=np.uint8), rng.integers(0, 10, 96))
    recipe = Recipe(optimizer=optimizer, lr=0.01, hidden=(40,), epochs=1, batch_size=32)

    def train(backend: NumpyOps) -> list[np.ndarray]:
        monkeypatch.setattr(ops, "_active", backend)
        model = build_model(recipe, (8, 8), 10)
        for _ in build_trainer(recipe, data, None, model):
            pass
        return [parameter.data for parameter in model.parameters()]

    expected = train(NumpyOps())
    monkeypatch.setattr(KernelOps, "linear_grad_weight", None)
    for got, wanted in zip(train(kernels), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "sigmoid"])
def test_a_convolutional_network_learns_the_same(
    kernels: KernelOps, monkeypatch: pytest.MonkeyPatch, activation: str
) -> None:
    """Its convolutions run together with what follows them, and only where the backend offers it."""
    rng = np.random.default_rng(0)
    data = Dataset(rng.integers(0, 256, (64, 10, 9), dtype=np.uint8), rng.integers(0, 10, 64))
    recipe = Recipe(
        model="cnn", channels=(5, 8, 3), hidden=(12,), activation=activation, optimizer="sgd", lr=0.1,
        momentum=0.9, epochs=3, batch_size=16,
    )  # fmt: skip

    def train(backend: NumpyOps) -> list[np.ndarray]:
        monkeypatch.setattr(ops, "_active", backend)
        model = build_model(recipe, (10, 9), 10)
        for _ in build_trainer(recipe, data, None, model):
            pass
        return [parameter.data for parameter in model.parameters()]

    expected = train(NumpyOps())
    for name in ("conv2d", "conv2d_grad_weight", "conv2d_grad_input"):
        monkeypatch.setattr(NumpyOps, name, None)
    for name in ("conv2d", "max_pool2d"):
        monkeypatch.setattr(KernelOps, name, None)
    for got, wanted in zip(train(kernels), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-3, atol=1e-4)


def test_a_depthwise_convolution_is_the_kernels_work(
    kernels: KernelOps, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    x, weight = (rng.standard_normal(shape, dtype=np.float32) for shape in ((2, 6, 5, 8), (3, 3, 1, 8)))
    for name in ("conv2d", "conv2d_grad_weight", "conv2d_grad_input"):
        monkeypatch.setattr(NumpyOps, name, None)
    y = kernels.conv2d(x, weight, None, 1, 1)
    assert y.shape == kernels.conv2d_grad_input(y, weight, x.shape, 1, 1).shape == x.shape
    assert kernels.conv2d_grad_weight(x, y, weight.shape, 1, 1).shape == weight.shape


def test_the_gradient_can_be_asked_for_before_and_after_the_step(
    kernels: KernelOps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ops, "_active", kernels)
    rng = np.random.default_rng(0)
    x, grad = rng.standard_normal((5, 4), dtype=np.float32), rng.standard_normal((5, 3), dtype=np.float32)
    layer = Linear(4, 3, rng=0)
    optimizer = SGD(layer.parameters(), lr=0.1)
    layer(x)
    layer.backward_params(grad)
    before = layer.weight.data.copy()
    optimizer.step()
    np.testing.assert_allclose(layer.weight.data, before - 0.1 * (x.T @ grad), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(layer.weight.grad, x.T @ grad, rtol=1e-5, atol=1e-6)
    layer.backward_params(grad)  # added to what is there
    np.testing.assert_allclose(layer.weight.grad, 2 * (x.T @ grad), rtol=1e-5, atol=1e-6)
    optimizer.zero_grad()
    assert layer.weight.grad is None
    layer.backward_params(grad)
    layer.backward_params(grad)  # neither computed so far
    np.testing.assert_allclose(layer.weight.grad, 2 * (x.T @ grad), rtol=1e-5, atol=1e-6)
    layer.weight.grad *= 0.5  # as clipping does; the step must heed it
    before = layer.weight.data.copy()
    optimizer.step()
    np.testing.assert_allclose(layer.weight.data, before - 0.1 * (x.T @ grad), rtol=1e-5, atol=1e-6)


def test_a_read_only_result_is_refused(kernels: KernelOps) -> None:
    x = np.ones((3, 3), np.float32)
    out = np.zeros((3, 3), np.float32)
    out.flags.writeable = False
    with pytest.raises((ValueError, BufferError), match="read-only"):
        kernels.matmul(x, x, out)


@pytest.mark.parametrize("kind", [-1, 4])
def test_an_activation_that_c_does_not_know_is_refused(kernels: KernelOps, kind: int) -> None:
    x, y = np.ones((4, 4), np.float32), np.zeros((4, 4), np.float32)
    library = kernels.kernels[x.dtype]
    assert not library.activation(kind, x, y, 0)
    assert not library.activation_grad(kind, x, x, y, 0)
    assert not y.any()


def test_no_views_stay_open(kernels: KernelOps) -> None:
    """While its buffer is held an array cannot be resized; kernels release what they opened, always."""
    x = np.ones((4, 4), np.float32)
    kernels.matmul(x, x)
    kernels.activation(ReLU(), x)
    kernels.activation_grad(ReLU(), x, np.ones((4, 3), np.float32)[:, :1] * x)
    x.resize((2, 2), refcheck=True)


def test_the_folder_holds_what_install_looks_for() -> None:
    from web.kernels import BUILDS

    assert [file for file, _ in BUILDS] == list(build.BUILDS)
    assert all((Path(FOLDER) / file).is_file() for file in build.BUILDS)
