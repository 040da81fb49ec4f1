"""Laws that hold for any input."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nncore as nn
from nncore.activations import log_softmax, softmax
from nncore.ops import NumpyOps

scores = st.tuples(st.integers(1, 6), st.integers(2, 8)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.floats(-50, 50))
)


@given(scores, st.floats(-1000, 1000))
def test_softmax_ignores_a_common_shift(x: np.ndarray, shift: float) -> None:
    np.testing.assert_allclose(softmax(x + shift), softmax(x), rtol=1e-9, atol=1e-12)


@given(scores)
def test_softmax_gives_probabilities_and_keeps_the_order(x: np.ndarray) -> None:
    p = softmax(x)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert (p >= 0).all()
    np.testing.assert_array_equal(p[np.arange(len(x)), x.argmax(axis=1)], p.max(axis=1))
    np.testing.assert_allclose(np.exp(log_softmax(x)), p, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("size", [1e3, 1e30])
def test_softmax_and_cross_entropy_survive_huge_scores(size: float) -> None:
    x = np.array([[size, -size, 0]], np.float32)
    assert np.isfinite(softmax(x)).all()
    criterion = nn.CrossEntropyLoss()
    assert criterion(x, np.array([0])) == 0
    assert np.isfinite(criterion.backward()).all()


@given(scores, st.data())
def test_losses_are_bounded_and_their_gradients_sum_to_zero(x: np.ndarray, data: st.DataObject) -> None:
    n, k = x.shape
    labels = np.array(data.draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n)))
    criterion = nn.CrossEntropyLoss()
    loss = criterion(x, labels)
    assert 0 <= loss <= x.max() - x.min() + np.log(k) + 1e-9
    np.testing.assert_allclose(criterion.backward().sum(axis=1), 0, atol=1e-12)
    assert nn.NLLLoss()(log_softmax(x), labels) == pytest.approx(loss, abs=1e-9)
    assert 0 <= nn.MSELoss()(softmax(x), labels) <= 1


@given(scores)
def test_a_uniform_answer_costs_log_k(x: np.ndarray) -> None:
    labels = np.zeros(len(x), np.int64)
    assert nn.CrossEntropyLoss()(np.zeros_like(x), labels) == pytest.approx(np.log(x.shape[1]))


@given(scores, st.sampled_from([nn.Tanh(), nn.ReLU(), nn.LeakyReLU(), nn.Sigmoid()]))
def test_activations_are_monotonic(x: np.ndarray, activation: nn.Activation) -> None:
    y = activation(np.sort(x, axis=1))
    assert (np.diff(y, axis=1) >= 0).all()


def make_layers() -> list[Callable[[int], tuple[nn.Module, int]]]:
    return [
        lambda width: (nn.Linear(width, 7, rng=0), 7),
        lambda width: (nn.BatchNorm1d(width), width),
        lambda width: (nn.Dropout(0.5, rng=0), width),
        lambda width: (nn.Softmax(), width),
    ]


@given(
    st.integers(2, 9),
    st.integers(1, 9),
    st.sampled_from(make_layers()),
    st.sampled_from([np.float32, np.float64]),
)
def test_rows_in_rows_out_and_back(
    rows: int, width: int, make: Callable[[int], tuple[nn.Module, int]], dtype: type
) -> None:
    layer, out = make(width)
    layer.to(dtype)
    x = np.random.default_rng(rows).standard_normal((rows, width)).astype(dtype)
    y = layer(x)
    grad = layer.backward(np.ones_like(y))
    assert (y.shape, grad.shape) == ((rows, out), x.shape)
    assert (y.dtype, grad.dtype) == (dtype, dtype)


@given(
    st.integers(1, 3), st.integers(1, 3), st.integers(3, 9), st.integers(3, 9),
    st.integers(1, 3), st.integers(1, 3), st.integers(0, 2),
)  # fmt: skip
def test_convolution_equals_its_definition(
    n: int, channels: int, h: int, w: int, kernel: int, stride: int, padding: int
) -> None:
    layer = nn.Conv2d(channels, 2, kernel, stride, padding, rng=0)
    layer.to(np.float64)
    x = np.random.default_rng(0).standard_normal((n, channels, h, w))
    y = layer(x)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    i, j = (int(index) for index in np.random.default_rng(h + w).integers(0, y.shape[2:]))
    patch = padded[:, :, i * stride : i * stride + kernel, j * stride : j * stride + kernel]
    expected = np.einsum("ncuv,uvco->no", patch, layer.weight.data) + layer.bias.data
    np.testing.assert_allclose(y[:, :, i, j], expected, atol=1e-12)


@given(st.integers(1, 3), st.integers(2, 9), st.integers(2, 9), st.integers(1, 3), st.integers(1, 3))
def test_pooling_equals_its_definition(n: int, h: int, w: int, kernel: int, stride: int) -> None:
    kernel = min(kernel, h, w)
    x = np.random.default_rng(1).integers(0, 4, (n, 2, h, w)).astype(np.float32)  # with many ties
    layer = nn.MaxPool2d(kernel, stride)
    y = layer(x)
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i * stride : i * stride + kernel, j * stride : j * stride + kernel]
            np.testing.assert_array_equal(y[:, :, i, j], window.max(axis=(2, 3)))
    grad = layer.backward(np.ones_like(y))
    assert grad.sum() == y.size  # each window sends its gradient to one place


@settings(max_examples=50)
@given(st.integers(0, 5), st.integers(0, 5), st.integers(1, 5), st.booleans(), st.booleans())
def test_products_without_blas_equal_those_with(
    m: int, k: int, n: int, a_turned: bool, b_turned: bool
) -> None:
    rng = np.random.default_rng(0)
    a = rng.standard_normal((k, m)).T if a_turned else rng.standard_normal((m, k))
    b = rng.standard_normal((n, k)).T if b_turned else rng.standard_normal((k, n))
    without = NumpyOps(blas=False)
    without.max_einsum_points = 8  # several slices even for these sizes
    np.testing.assert_allclose(without.matmul(a, b), a @ b, atol=1e-12)
    out = np.full((m, n), np.nan)
    assert without.matmul(a, b, out) is out
    np.testing.assert_allclose(out, a @ b, atol=1e-12)
