"""NumPy's own products, taken over by the kernels: the same results, types, shapes and errors as before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from web.kernels import KernelOps, numpy_products


@pytest.fixture
def taken_over(kernels: KernelOps) -> Iterator[KernelOps]:
    numpy_products.take_over(kernels.kernels.values())
    yield kernels
    numpy_products.give_back(kernels.kernels.values())


def without(kernels: KernelOps, compute: Callable[[], Any]) -> Any:
    """What `compute` gives with NumPy's own products."""
    numpy_products.give_back(kernels.kernels.values())
    try:
        return compute()
    finally:
        numpy_products.take_over(kernels.kernels.values())


def cases() -> dict[str, Callable[[], Any]]:
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((64, 300)), rng.standard_normal((300, 40))
    v, stack = rng.standard_normal(300), rng.standard_normal((3, 20, 64))
    f, out = x.astype(np.float32), np.zeros((64, 40))
    holes = x * (rng.random(x.shape) < 0.2)
    infinite = w.copy()
    infinite[5, 7], infinite[9, 3] = np.nan, np.inf
    big_endian = x.astype(">f8")
    return {
        "matrices": lambda: x @ w,
        "float32": lambda: f @ w.astype(np.float32),
        "mixed dtypes": lambda: f @ w,
        "transposed": lambda: w.T @ x.T,
        "views with steps": lambda: x[::2, ::-3] @ w[::3][::-1],
        "zeros": lambda: holes @ w,
        "not finite": lambda: holes @ infinite,
        "vectors": lambda: (x @ v, v @ w, v @ v),
        "stacks": lambda: (stack @ x, stack[:, None] @ x, np.matmul(stack, x[None])),
        "out": lambda: np.matmul(x, w, out=out).copy(),
        "out with steps": lambda: np.matmul(x, w, out=np.zeros((64, 80))[:, ::2]).copy(),
        "out that overlaps": lambda: np.matmul(square := x[:, :64].copy(), square, out=square),
        "axes": lambda: np.matmul(x, x, axes=[(0, 1), (1, 0), (0, 1)]),
        "integers": lambda: np.arange(600).reshape(20, 30) @ np.arange(600).reshape(30, 20),
        "other byte order": lambda: big_endian @ w,
        "complex": lambda: (x * 1j) @ w,
        "empty": lambda: (x[:0] @ w, x[:, :0] @ w[:0]),
        "dot": lambda: (np.dot(x, w), x.dot(w), np.dot(v, w), np.dot(x, 2), np.dot([1, 2], [3, 4])),
        "dot of a stack": lambda: np.dot(stack, x),
        "dot into out": lambda: np.dot(x, w, out=out).copy(),
        "a subclass": lambda: np.ma.masked_array(x).dot(w),
    }


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", cases())
def test_gives_what_numpy_gives(taken_over: KernelOps, name: str) -> None:
    compute = cases()[name]
    got, expected = compute(), without(taken_over, compute)
    as_tuple = got if isinstance(got, tuple) else (got,)
    for mine, numpys in zip(as_tuple, expected if isinstance(expected, tuple) else (expected,), strict=True):
        assert (type(mine), mine.dtype, mine.shape) == (type(numpys), numpys.dtype, numpys.shape)
        tolerance = 1e-4 if mine.dtype == np.float32 else 1e-10
        np.testing.assert_allclose(mine, numpys, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: x @ x,
        lambda x: np.dot(x, x),
        lambda x: x.dot(x),
        lambda x: x.dot(x, x, x),
        lambda x: np.matmul(x, x.T, out=np.zeros((1, 2))),
        lambda x: np.dot(x, x.T, out=np.zeros((64, 64), np.float32)),
    ],
)
def test_errors_stay_numpys(taken_over: KernelOps, compute: Callable[[np.ndarray], object]) -> None:
    def error() -> tuple[type, str]:
        with pytest.raises((ValueError, TypeError)) as caught:
            compute(np.ones((64, 300)))
        return caught.type, str(caught.value)

    assert error() == without(taken_over, error)


def test_the_kernels_do_the_work(taken_over: KernelOps) -> None:
    """A product by hand counts its zeros: with them skipped, NaN in the rows opposite is still seen."""
    assert np.matmul.nin == 2  # a ufunc still, with all its methods
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((70, 300)), rng.standard_normal((300, 50))
    numpys = without(taken_over, lambda: x @ w)
    for mine in (x @ w, np.dot(x, w), x.dot(w)):
        assert (mine == taken_over.linear(x, w)).all()
        assert (mine != numpys).any()  # another order of summation


def test_is_given_back(kernels: KernelOps) -> None:
    before = np.dot, np.ndarray.dot
    x = np.random.default_rng(0).standard_normal((64, 64))
    expected = x @ x
    numpy_products.take_over(kernels.kernels.values())
    numpy_products.take_over(kernels.kernels.values())  # twice is once
    numpy_products.give_back(kernels.kernels.values())
    assert (np.dot, np.ndarray.dot) == before
    np.testing.assert_array_equal(x @ x, expected)
