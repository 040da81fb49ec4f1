"""The NumPy backend: what it may leave out, and what it must not hide."""

import numpy as np
import pytest

from nncore import ops
from nncore.ops import NumpyOps


def sparse_batch() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 200)).astype(np.float32)
    x[:, 40:120] = 0
    return (
        x,
        rng.standard_normal((200, 512)).astype(np.float32),
        rng.standard_normal((64, 512)).astype(np.float32),
    )


def test_unused_columns_change_nothing() -> None:
    x, weight, grad = sparse_batch()
    backend = NumpyOps()
    assert backend._used_columns(x, 512) is not None
    np.testing.assert_allclose(backend.linear(x, weight), x @ weight, rtol=1e-4, atol=1e-4)
    out = np.full((200, 512), np.nan, np.float32)
    assert backend.linear_grad_weight(x, grad, out) is out
    np.testing.assert_allclose(out, x.T @ grad, rtol=1e-4, atol=1e-4)
    assert not out[40:120].any()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite_show_even_opposite_zeros(bad: float) -> None:
    x, weight, grad = sparse_batch()
    weight[50, 3] = bad
    grad[2, 4] = bad
    with np.errstate(invalid="ignore"):
        assert np.isnan(NumpyOps().linear(x, weight)[:, 3]).all()
        assert np.isnan(NumpyOps().linear_grad_weight(x, grad)[40:120, 4]).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_pooling_passes_values_that_are_not_finite_on(bad: float) -> None:
    x = np.zeros((1, 2, 4, 1), np.float32)
    x[0, 1, 1] = bad
    y, index = NumpyOps().max_pool2d(x, 2, 2)
    np.testing.assert_array_equal(y[0, 0, :, 0], [bad, 0])
    grad = NumpyOps().max_pool2d_backward(np.full_like(y, bad), index, x.shape, 2, 2)
    assert np.count_nonzero(grad) == 2


def test_im2col_and_col2im_are_transposes() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 7, 8, 3))
    columns = NumpyOps().im2col(x, (3, 2), 2, 1)
    g = rng.standard_normal(columns.shape)
    back = NumpyOps().col2im(g, x.shape, (3, 2), 2, 1)
    assert np.sum(columns * g) == pytest.approx(np.sum(x * back))


def test_layers_use_the_backend_in_use() -> None:
    class Counting(NumpyOps):
        calls = 0

        def linear(self, *args: object, **options: object) -> np.ndarray:
            self.calls += 1
            return super().linear(*args, **options)

    import nncore as nn

    before, counting = ops.backend(), Counting()
    ops.use(counting)
    try:
        nn.Linear(2, 3, rng=0)(np.ones((1, 2), np.float32))
    finally:
        ops.use(before)
    assert counting.calls == 1
