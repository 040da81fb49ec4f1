"""What the compiled kernels must agree on with NumPy, as plain functions.

pytest runs them against a native build (test_kernels.py); the end-to-end tests run them in the browser,
against the shipped WebAssembly.  Each takes a `KernelOps` and a random generator and raises AssertionError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nncore.ops import ACTIVATIONS, NumpyOps

F32 = np.dtype(np.float32)
EPS = float(np.finfo(np.float32).eps)
REFERENCE = NumpyOps(blas=False)

# odd, tiny, empty; around the tile (4 x 8), the panel (32), the slice (224); beyond a block of rows
SIZES = (0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 64, 65, 223, 224, 225)
PRODUCTS = [
    (64, 784, 1024),
    (784, 64, 1024),
    (64, 1024, 10),
    (10, 64, 1024),
    (3000, 25, 8),
    (700, 449, 33),
    (1, 784, 256),
]


def random(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape, dtype=F32)


def layouts(a: np.ndarray) -> list[np.ndarray]:
    """Arrays equal to the matrix a, with every kind of strides."""
    wide = np.full((a.shape[0] * 2 + 1, a.shape[1] * 3 + 2), np.nan, F32)
    spread = wide[1 : 1 + 2 * a.shape[0] : 2, 2 : 2 + 3 * a.shape[1] : 3]
    spread[...] = a
    padded = wide.copy()[: a.shape[0], : a.shape[1]]
    padded[...] = a
    bytes_ = np.empty(a.nbytes + 1, np.uint8)
    unaligned = bytes_[1:].view(F32).reshape(a.shape)
    unaligned[...] = a
    reverse = np.ascontiguousarray(a[::-1, ::-1])[::-1, ::-1]
    return [a, np.asfortranarray(a), spread, padded, reverse, unaligned]


def close_product(got: np.ndarray, a: np.ndarray, b: np.ndarray, bias: np.ndarray | None = None) -> None:
    """`got` is `a @ b + bias` within the rounding of a float32 sum."""
    assert got.dtype == F32
    a, b = a.astype(np.float64), b.astype(np.float64)
    bias = np.zeros(b.shape[1]) if bias is None else bias.astype(np.float64)
    bound = (a.shape[1] + 2) * EPS * (abs(a) @ abs(b) + abs(bias)) + 1e-30
    error = abs(got - (a @ b + bias))
    assert got.shape == error.shape
    assert (error <= bound).all(), f"error {error.max()}, shapes {a.shape} {b.shape}"


def sparse_like_pixels(rng: np.random.Generator, n: int, k: int, density: float = 0.2) -> np.ndarray:
    x = random(rng, n, k)
    x *= rng.random((n, k)) < density
    x[:, : k // 8] = 0  # whole columns of zeros, like the border of MNIST's images
    x[: n // 8] = 0
    return x


def products(kernels: Any, rng: np.random.Generator) -> None:
    shapes = PRODUCTS + [tuple(int(n) for n in rng.choice(SIZES, 3)) for _ in range(60)]
    for m, k, n in shapes:
        a, b, bias = random(rng, m, k), random(rng, k, n), random(rng, n)
        close_product(kernels.matmul(a, b), a, b)
        close_product(kernels.matmul(np.asfortranarray(a), b.T.copy().T), a, b)
        for x in (a, sparse_like_pixels(rng, m, k)):
            close_product(kernels.linear(x, b, bias), x, b, bias)
            close_product(kernels.linear(x, b), x, b)
            grad = random(rng, m, n)
            close_product(kernels.linear_grad_weight(x, grad), x.T, grad)


def strides(kernels: Any, rng: np.random.Generator) -> None:
    for m, k, n in [(5, 7, 9), (33, 40, 70), (4, 224, 32)]:
        a, b = sparse_like_pixels(rng, m, k), random(rng, k, n)
        for x in layouts(a):
            for w in layouts(b):
                close_product(kernels.matmul(x, w), a, b)
                close_product(kernels.linear(x, w), a, b)
        for out in layouts(np.zeros((m, n), F32)):
            assert kernels.linear(a, b, None, out) is out
            close_product(out, a, b)
        broadcast = np.broadcast_to(b[:1], (k, n))
        close_product(kernels.matmul(a, broadcast), a, np.array(broadcast))


def keeps_neighbours(kernels: Any, rng: np.random.Generator) -> None:
    """An `out` inside a larger array leaves the rest alone."""
    for m, k, n in [(1, 3, 1), (5, 10, 9), (6, 300, 37), (0, 4, 5), (5, 0, 3)]:
        frame = np.full((m + 4, n + 8), 7, F32)
        x, w = sparse_like_pixels(rng, m, k), random(rng, k, n)
        close_product(kernels.linear(x, w, None, frame[2 : 2 + m, 4 : 4 + n]), x, w)
        frame[2 : 2 + m, 4 : 4 + n] = 7
        assert (frame == 7).all()


def not_finite(kernels: Any, rng: np.random.Generator) -> None:
    """Infinity and NaN come through wherever they stand, opposite zeros too."""
    for value in (np.nan, np.inf, -np.inf):
        for m, k, n in [(6, 300, 40), (64, 70, 33), (3, 5, 2)]:
            x, w, bias = sparse_like_pixels(rng, m, k), random(rng, k, n), random(rng, n)
            for spoilt, where in ((x, (m // 2, k // 3)), (w, (0, n - 1)), (w, (k - 1, 0)), (bias, (n // 2,))):
                before, spoilt[where] = spoilt[where], value
                with np.errstate(invalid="ignore"):
                    expected = (x.astype(np.float64) @ w + bias).astype(F32)
                got = kernels.linear(x, w, bias)
                np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
                np.testing.assert_array_equal(np.isposinf(got), np.isposinf(expected))
                spoilt[where] = before
            grad = random(rng, m, n)
            grad[0, 0] = value  # the first rows of x are zeros
            assert np.isnan(kernels.linear_grad_weight(x, grad)[x[0] == 0, 0]).all()


def activations(kernels: Any, rng: np.random.Generator) -> None:
    special = np.array([0, -0.0, 1e-30, -1e-30, 0.625, 20, -20, 90, -90, np.inf, -np.inf, np.nan, 1e38], F32)
    inputs = [random(rng, n) * 4 for n in (0, 1, 2, 3, 4, 5, 1023)] + [special]
    inputs += [
        random(rng, 5, 7),
        random(rng, 7, 5).T,
        random(rng, 2, 3, 4, 5).transpose(0, 3, 1, 2),
        random(rng, 9, 9)[::2, 1:],
    ]
    inputs += [np.zeros((3, 0, 2), F32)]
    for kind in ACTIVATIONS:
        for x in inputs:
            with np.errstate(all="ignore"):
                wide = REFERENCE.activation(kind, x.astype(np.float64), negative_slope=0.1)
                y = kernels.activation(kind, x, negative_slope=0.1)
                np.testing.assert_allclose(y, wide, rtol=5 * EPS, atol=2e-38)
                assert y.dtype == F32
                np.testing.assert_array_equal(
                    kernels.activation(kind, x, np.empty_like(x), negative_slope=0.1), y
                )
                grad = np.asarray(random(rng, *x.shape))
                expected = REFERENCE.activation_grad(kind, y.astype(np.float64), grad, negative_slope=0.1)
                got = kernels.activation_grad(kind, y, grad, negative_slope=0.1)
                np.testing.assert_allclose(got, expected, rtol=4 * EPS, atol=4 * EPS)
                in_place = grad.copy()
                kernels.activation_grad(kind, y, in_place, in_place, negative_slope=0.1)
                np.testing.assert_array_equal(in_place, got)


def softmax(kernels: Any, rng: np.random.Generator) -> None:
    exact = NumpyOps(blas=False)
    for shape in [(0, 10), (1, 1), (3, 2), (64, 10), (5, 4), (7, 37)]:
        for scale in (0.01, 3, 300):
            x, grad = random(rng, *shape) * np.float32(scale), random(rng, *shape)
            if x.size:
                x[0, 0] = -np.inf if x.shape[1] > 1 else 1
            for given in layouts(x):
                y = kernels.log_softmax(given)
                wanted = exact.log_softmax(x.astype(np.float64))
                np.testing.assert_allclose(y, wanted, rtol=4 * EPS, atol=8 * EPS)
                dx = kernels.log_softmax_grad(y, grad)
                wanted = exact.log_softmax_grad(y.astype(np.float64), grad.astype(np.float64))
                np.testing.assert_allclose(dx, wanted, rtol=0, atol=8 * EPS * (1 + abs(grad).sum()))
    for bad in (np.nan, np.inf):
        x = random(rng, 3, 10)
        x[1, 4] = bad
        with np.errstate(invalid="ignore"):
            y = kernels.log_softmax(x)
        assert np.isnan(y[1]).all()
        assert np.isfinite(y[[0, 2]]).all()
        assert np.isnan(kernels.log_softmax_grad(y, x)[1]).all()


def optimizers(kernels: Any, rng: np.random.Generator) -> None:
    for shape in [(0,), (1,), (3,), (7, 5), (64, 33), (3, 3, 2, 5)]:
        for momentum, nesterov, decay in [(0, False, 0), (0, False, 0.1), (0.9, False, 0.01), (0.9, True, 0)]:
            start, buf = random(rng, *shape), random(rng, *shape) if momentum else None
            ours, theirs = (start.copy(), None if buf is None else buf.copy()), (start.copy(), buf)
            for _ in range(3):
                grad = random(rng, *shape)
                for backend, (param, velocity) in ((kernels, ours), (REFERENCE, theirs)):
                    backend.sgd_step(
                        param,
                        grad,
                        velocity,
                        lr=0.1,
                        momentum=momentum,
                        nesterov=nesterov,
                        weight_decay=decay,
                    )
            for a, b in zip(ours, theirs, strict=True):
                if a is not None and b is not None:
                    np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
        for decoupled, decay in [(False, 0), (False, 0.1), (True, 0.1)]:
            states = [[start.copy(), np.zeros(shape, F32), np.zeros(shape, F32)] for _ in range(2)]
            for step in range(1, 4):
                grad = random(rng, *shape)
                for backend, (param, m, v) in zip((kernels, REFERENCE), states, strict=True):
                    backend.adam_step(
                        param, grad, m, v, lr=0.01, weight_decay=decay, decoupled=decoupled, step=step
                    )
            for a, b in zip(*states, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def steps_with_products(kernels: Any, rng: np.random.Generator) -> None:
    """A step taken with the product is the step taken after it, to the bit; a refusal changes nothing."""
    settings = [{"lr": 0.1}, {"lr": 0.1, "weight_decay": 0.1}, {"lr": 0.1, "momentum": 0.9, "nesterov": True}]
    for n, i, o in [
        (64, 784, 40),
        (5, 7, 3),
        (1, 1, 1),
        (9, 33, 64),
        (392, 6, 32),
        (0, 3, 2),
        (3, 0, 2),
        (3, 2, 0),
    ]:
        for x, bad in [
            (random(rng, n, i), 0),
            (sparse_like_pixels(rng, n, i), 0),
            (sparse_like_pixels(rng, n, i), np.inf),
        ]:
            grad, start = random(rng, n, o), random(rng, i, o)
            if grad.size:
                grad[-1, -1] += bad
            apart = kernels.linear_grad_weight(x, grad)
            for options in settings:
                buf = random(rng, i, o) if "momentum" in options else None
                ours, theirs = [[start.copy(), None if buf is None else buf.copy()] for _ in range(2)]
                assert kernels.linear_sgd_step(ours[0], x, grad, ours[1], **options)
                kernels.sgd_step(theirs[0], apart, theirs[1], **options)
                np.testing.assert_array_equal(ours[0], theirs[0])
                if buf is not None:
                    np.testing.assert_array_equal(ours[1], theirs[1])
            for decoupled in (False, True):
                ours, theirs = [[start.copy(), start * start, start * start] for _ in range(2)]
                adam = {"lr": 0.01, "weight_decay": 0.1, "decoupled": decoupled, "step": 3}
                assert kernels.linear_adam_step(ours[0], x, grad, *ours[1:], **adam)
                kernels.adam_step(theirs[0], apart, *theirs[1:], **adam)
                for a, b in zip(ours, theirs, strict=True):
                    np.testing.assert_array_equal(a, b)
    # refused: sums of 400 (more than KC) numbers, another dtype, another layout
    x, grad, start = random(rng, 400, 5), random(rng, 400, 8), random(rng, 5, 8)
    for param, n in [(start.copy(), 400), (start.astype(np.float64), 4), (np.asfortranarray(start), 4)]:
        buf = param.copy()
        assert not kernels.linear_sgd_step(param, x[:n], grad[:n], buf, lr=0.1, momentum=0.9)
        assert not kernels.linear_adam_step(param, x[:n], grad[:n], buf, buf.copy(), lr=0.1, step=1)
        np.testing.assert_array_equal(param, start)
        np.testing.assert_array_equal(buf, start)
    block = random(rng, 20, 40)
    around = block.copy()
    assert kernels.linear_sgd_step(block[5:10], x[:4], random(rng, 4, 40), None, lr=0.1)
    np.testing.assert_array_equal(np.delete(block, slice(5, 10), 0), np.delete(around, slice(5, 10), 0))


def images(rng: np.random.Generator, n: int, h: int, w: int, c: int) -> list[np.ndarray]:
    """Images (n, h, w, c) in channels-last, channels-first and sliced memory."""
    first = random(rng, n, c, h, w)
    return [
        first.transpose(0, 2, 3, 1).copy(),
        first.transpose(0, 2, 3, 1),
        random(rng, n, h, 2 * w, c + 1)[:, :, ::2, 1:],
    ]


def pixels(kernels: Any, rng: np.random.Generator) -> None:
    for shape in [(0, 8, 8), (1, 1, 1), (3, 5, 7), (64, 28, 28)]:
        stored = rng.integers(0, 256, shape, dtype=np.uint8)
        for given in (stored, stored[:, ::-1], stored.T):
            for max_value, dtype in [(255, F32), (16, F32), (255, np.dtype(np.float64))]:
                got = kernels.scaled(given, max_value, dtype)
                assert got.dtype == dtype
                np.testing.assert_array_equal(got, REFERENCE.scaled(given, max_value, dtype))


def convolution(kernels: Any, rng: np.random.Generator) -> None:
    for n, h, w, c, kernel, stride, padding in [
        (2, 5, 6, 1, (3, 3), 1, 0), (1, 7, 5, 3, (5, 2), 2, 2), (3, 4, 4, 8, (2, 2), 2, 0),
        (2, 3, 3, 5, (1, 1), 1, 0), (2, 4, 5, 4, (3, 3), 1, 3), (0, 4, 4, 2, (3, 3), 1, 1),
        (2, 3, 3, 2, (3, 3), 3, 0),
    ]:  # fmt: skip
        for x in images(rng, n, h, w, c):
            expected = REFERENCE.im2col(x, kernel, stride, padding)
            got = kernels.im2col(x, kernel, stride, padding)
            np.testing.assert_array_equal(got, expected)
            kernels.im2col(x, kernel, stride, padding, got)
            np.testing.assert_array_equal(got, expected)
        cols = random(rng, *expected.shape)
        for rows in (cols, np.asfortranarray(cols)):
            back = REFERENCE.col2im(rows, (n, h, w, c), kernel, stride, padding)
            np.testing.assert_allclose(
                kernels.col2im(rows, (n, h, w, c), kernel, stride, padding), back, rtol=1e-5, atol=1e-5
            )


def pooling(kernels: Any, rng: np.random.Generator) -> None:
    for n, h, w, c, size, stride in [
        (2, 6, 6, 1, 2, 2), (2, 7, 5, 3, 3, 2), (1, 5, 9, 8, 2, 1), (3, 4, 4, 5, 4, 1),
        (0, 4, 4, 4, 2, 2), (1, 3, 3, 6, 2, 3),
    ]:  # fmt: skip
        for x in images(rng, n, h, w, c):
            x[rng.random(x.shape) < 0.3] = 0.5  # ties: the first one wins
            x[rng.random(x.shape) < 0.1] = np.nan
            best, index = kernels.max_pool2d(x, size, stride)
            expected, expected_index = REFERENCE.max_pool2d(x, size, stride)
            np.testing.assert_array_equal(best, expected)
            np.testing.assert_array_equal(index, expected_index)
            assert best.flags.c_contiguous
            for grad in images(rng, *best.shape):
                back = REFERENCE.max_pool2d_backward(grad, index, x.shape, size, stride)
                got = kernels.max_pool2d_backward(grad, index, x.shape, size, stride)
                np.testing.assert_allclose(got, back, rtol=1e-5, atol=1e-6)


def other_types(kernels: Any, rng: np.random.Generator) -> None:
    """float64 and mixed arrays, and shapes that do not fit, are NumPy's business."""
    a, b = rng.standard_normal((3, 4)), rng.standard_normal((4, 5))
    np.testing.assert_allclose(kernels.matmul(a, b), a @ b)
    np.testing.assert_allclose(kernels.linear(a.astype(F32), b), a.astype(F32) @ b)
    np.testing.assert_array_equal(kernels.activation("tanh", a), np.tanh(a))
    out = np.empty((3, 5))
    kernels.linear(a.astype(F32), b.astype(F32), None, out)
    np.testing.assert_allclose(out, a @ b, rtol=1e-5, atol=1e-5)
    for wrong in (lambda: kernels.matmul(a.astype(F32), a.astype(F32)), lambda: kernels.activation("no", a)):
        try:
            wrong()
        except ValueError:
            continue
        raise AssertionError("expected a ValueError")


CHECKS: tuple[Callable[[Any, np.random.Generator], None], ...] = (
    products, strides, keeps_neighbours, not_finite, activations, softmax, optimizers,
    steps_with_products, pixels, convolution, pooling, other_types,
)  # fmt: skip


def run_all(kernels: Any, seed: int = 0) -> list[str]:
    """Run every check; returns their names."""
    for check in CHECKS:
        check(kernels, np.random.default_rng(seed))
    return [check.__name__ for check in CHECKS]
