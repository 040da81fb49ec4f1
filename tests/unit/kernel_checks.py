"""What the compiled kernels must agree on with NumPy, as plain functions.

pytest runs them against a native build (test_kernels.py); the end-to-end tests run them in the browser,
against the shipped WebAssembly.  Each takes a `KernelOps` and random `Numbers` of one dtype and raises
AssertionError.
"""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from nncore import ops
from nncore.activations import GELU, Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from nncore.batch_norm import BatchNorm2d
from nncore.conv import Conv2d
from nncore.image_ops import PooledGrad
from nncore.module import Sequential
from nncore.ops import Array, NumpyOps
from nncore.optim import SGD, Adam, AdamW
from nncore.parameter import Parameter
from nncore.pooling import MaxPool2d
from nncore.warp_ops import FAINT

DTYPES = (np.dtype(np.float32), np.dtype(np.float64))
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


class Numbers:
    """Random arrays of one dtype."""

    def __init__(self, dtype: np.dtype = DTYPES[0], seed: int = 0) -> None:
        self.dtype, self.rng = dtype, np.random.default_rng(seed)
        self.eps = float(np.finfo(dtype).eps)
        self.wider = np.float64 if dtype == np.float32 else np.longdouble  # what exact values are computed in

    def __call__(self, *shape: int) -> np.ndarray:
        return self.rng.standard_normal(shape, dtype=self.dtype)

    def like_pixels(self, n: int, k: int, density: float = 0.2) -> np.ndarray:
        x = self(n, k)
        x *= self.rng.random((n, k)) < density
        x[:, : k // 8] = 0  # whole columns of zeros, like the border of MNIST's images
        x[: n // 8] = 0
        return x


def layouts(a: np.ndarray) -> list[np.ndarray]:
    """Arrays equal to the matrix a, with every kind of strides."""
    wide = np.full((a.shape[0] * 2 + 1, a.shape[1] * 3 + 2), np.nan, a.dtype)
    spread = wide[1 : 1 + 2 * a.shape[0] : 2, 2 : 2 + 3 * a.shape[1] : 3]
    spread[...] = a
    padded = wide.copy()[: a.shape[0], : a.shape[1]]
    padded[...] = a
    bytes_ = np.empty(a.nbytes + 1, np.uint8)
    unaligned = bytes_[1:].view(a.dtype).reshape(a.shape)
    unaligned[...] = a
    reverse = np.ascontiguousarray(a[::-1, ::-1])[::-1, ::-1]
    return [a, np.asfortranarray(a), spread, padded, reverse, unaligned]


def close_product(got: np.ndarray, a: np.ndarray, b: np.ndarray, bias: np.ndarray | None = None) -> None:
    """`got` is `a @ b + bias` within the rounding of the sums."""
    assert got.dtype == a.dtype
    eps = float(np.finfo(got.dtype).eps)
    a, b = a.astype(np.float64), b.astype(np.float64)
    bias = np.zeros(b.shape[1]) if bias is None else bias.astype(np.float64)
    bound = (a.shape[1] + 2) * eps * (np.einsum("ik,kj", abs(a), abs(b)) + abs(bias)) + 1e-30
    error = abs(got - (np.einsum("ik,kj", a, b) + bias))
    assert got.shape == error.shape
    assert (error <= bound).all(), f"error {error.max()}, shapes {a.shape} {b.shape}"


def products(kernels: Any, random: Numbers) -> None:
    shapes = PRODUCTS + [tuple(int(n) for n in random.rng.choice(SIZES, 3)) for _ in range(60)]
    for m, k, n in shapes:
        a, b, bias = random(m, k), random(k, n), random(n)
        close_product(kernels.matmul(a, b), a, b)
        close_product(kernels.matmul(np.asfortranarray(a), b.T.copy().T), a, b)
        for x in (a, random.like_pixels(m, k)):
            close_product(kernels.linear(x, b, bias), x, b, bias)
            close_product(kernels.linear(x, b), x, b)
            grad = random(m, n)
            close_product(kernels.linear_grad_weight(x, grad), x.T, grad)


def strides(kernels: Any, random: Numbers) -> None:
    for m, k, n in [(5, 7, 9), (33, 40, 70), (4, 224, 32)]:
        a, b = random.like_pixels(m, k), random(k, n)
        for x in layouts(a):
            for w in layouts(b):
                close_product(kernels.matmul(x, w), a, b)
                close_product(kernels.linear(x, w), a, b)
        for out in layouts(np.zeros((m, n), random.dtype)):
            assert kernels.linear(a, b, None, out) is out
            close_product(out, a, b)
        broadcast = np.broadcast_to(b[:1], (k, n))
        close_product(kernels.matmul(a, broadcast), a, np.array(broadcast))


def keeps_neighbours(kernels: Any, random: Numbers) -> None:
    """An `out` inside a larger array leaves the rest alone."""
    for m, k, n in [(1, 3, 1), (5, 10, 9), (6, 300, 37), (0, 4, 5), (5, 0, 3)]:
        frame = np.full((m + 4, n + 8), 7, random.dtype)
        x, w = random.like_pixels(m, k), random(k, n)
        close_product(kernels.linear(x, w, None, frame[2 : 2 + m, 4 : 4 + n]), x, w)
        frame[2 : 2 + m, 4 : 4 + n] = 7
        assert (frame == 7).all()


def not_finite(kernels: Any, random: Numbers) -> None:
    """Infinity and NaN come through wherever they stand, opposite zeros too."""
    for value in (np.nan, np.inf, -np.inf):
        for m, k, n in [(6, 300, 40), (64, 70, 33), (3, 5, 2)]:
            x, w, bias = random.like_pixels(m, k), random(k, n), random(n)
            for spoilt, where in ((x, (m // 2, k // 3)), (w, (0, n - 1)), (w, (k - 1, 0)), (bias, (n // 2,))):
                before, spoilt[where] = spoilt[where], value
                with np.errstate(invalid="ignore"):
                    expected = (x.astype(np.float64) @ w + bias).astype(random.dtype)
                got = kernels.linear(x, w, bias)
                np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
                np.testing.assert_array_equal(np.isposinf(got), np.isposinf(expected))
                spoilt[where] = before
            grad = random(m, n)
            grad[0, 0] = value  # the first rows of x are zeros
            assert np.isnan(kernels.linear_grad_weight(x, grad)[x[0] == 0, 0]).all()


def activations(kernels: Any, random: Numbers) -> None:
    eps, infinity = random.eps, np.inf
    edges = [0, -0.0, 1e-30, -1e-30, 0.625, 20, -20, 90, -90, 800, -800, infinity, -infinity, np.nan, 1e38]
    special = np.array(edges, random.dtype)
    inputs = [random(n) * 4 for n in (0, 1, 2, 3, 4, 5, 1023)] + [special]
    inputs += [
        random(5, 7),
        random(7, 5).T,
        random(2, 3, 4, 5).transpose(0, 3, 1, 2),
        random(9, 9)[::2, 1:],
    ]
    inputs += [np.zeros((3, 0, 2), random.dtype)]
    for f in (Tanh(), ReLU(), LeakyReLU(0.1), Sigmoid()):
        for x in inputs:
            with np.errstate(all="ignore"):
                wide = REFERENCE.activation(f, x.astype(random.wider))
                y = kernels.activation(f, x)
                np.testing.assert_allclose(y.astype(random.wider), wide, rtol=5 * eps, atol=2e-38)
                assert y.dtype == random.dtype
                grad = np.asarray(random(*x.shape))
                expected = REFERENCE.activation_grad(f, y.astype(random.wider), grad.astype(random.wider))
                got = kernels.activation_grad(f, y, grad)
                np.testing.assert_allclose(got, expected, rtol=4 * eps, atol=4 * eps)
    y, grad = np.full(4, 0.5, random.dtype), np.array([8, 1e10, np.nan, infinity], random.dtype)
    grad *= np.finfo(random.dtype).tiny
    expected = [0, grad[1] * (1 - 0.5**2), np.nan, infinity]  # what counts for nothing, as in without_traces
    np.testing.assert_array_equal(kernels.activation_grad(Tanh(), y, grad), expected)


def softmax(kernels: Any, random: Numbers) -> None:
    exact, eps = NumpyOps(blas=False), random.eps
    for shape in [(0, 10), (1, 1), (3, 2), (64, 10), (5, 4), (7, 37)]:
        for scale in (0.01, 3, 300):
            x, grad = random(*shape) * random.dtype.type(scale), random(*shape)
            if x.size:
                x[0, 0] = -np.inf if x.shape[1] > 1 else 1
            for given in layouts(x):
                y = kernels.log_softmax(given)
                wanted = exact.log_softmax(x.astype(random.wider))
                np.testing.assert_allclose(y, wanted, rtol=4 * eps, atol=8 * eps)
                dx = kernels.log_softmax_grad(y, grad)
                wanted = exact.log_softmax_grad(y.astype(np.float64), grad.astype(np.float64))
                np.testing.assert_allclose(dx, wanted, rtol=0, atol=8 * eps * (1 + abs(grad).sum()))
    for bad in (np.nan, np.inf):
        x = random(3, 10)
        x[1, 4] = bad
        with np.errstate(invalid="ignore"):
            y = kernels.log_softmax(x)
        assert np.isnan(y[1]).all()
        assert np.isfinite(y[[0, 2]]).all()
        assert np.isnan(kernels.log_softmax_grad(y, x)[1]).all()


class Doubled(Tanh):
    """Derived from an activation that has a kernel."""

    def function(self, x: np.ndarray) -> np.ndarray:
        return 2 * super().function(x)


class Sine(Activation):
    """One that no kernel knows, and whose derivative needs x."""

    keeps = "input"

    def function(self, x: np.ndarray) -> np.ndarray:
        return np.sin(x)

    def derivative(self, x: np.ndarray) -> np.ndarray:
        return np.cos(x)


def activations_of_ones_own(kernels: Any, random: Numbers) -> None:
    """No kernel computes something else in their place."""
    x, grad = random(5, 7), random(5, 7)
    np.testing.assert_array_equal(kernels.activation(Doubled(), x), 2 * np.tanh(x))
    np.testing.assert_array_equal(kernels.activation(Sine(), x), np.sin(x))
    np.testing.assert_allclose(kernels.activation_grad(Sine(), x, grad), grad * np.cos(x), rtol=1e-6)


def numpy_sgd(param: np.ndarray, grad: np.ndarray, buf: np.ndarray | None, **settings: Any) -> bool:
    """The step as nncore's `SGD` takes it."""
    optimizer = SGD([Parameter(param)], **settings)
    optimizer.slots = {} if buf is None else {"momentum": [buf]}
    optimizer.params[0].grad = grad
    optimizer.update(0, optimizer.params[0])
    return True


def numpy_adam(
    param: np.ndarray, grad: np.ndarray, m: np.ndarray, v: np.ndarray,
    *, decoupled: bool, step: int, **settings: Any,
) -> bool:  # fmt: skip
    """The step as nncore's `Adam` takes it."""
    optimizer = (AdamW if decoupled else Adam)([Parameter(param)], **settings)
    optimizer.slots, optimizer.steps = {"mean": [m], "square": [v]}, step
    optimizer.params[0].grad = grad
    optimizer.update(0, optimizer.params[0])
    return True


def optimizers(kernels: Any, random: Numbers) -> None:
    for shape in [(0,), (1,), (3,), (7, 5), (64, 33), (3, 3, 2, 5)]:
        for momentum, nesterov, decay in [(0, False, 0), (0, False, 0.1), (0.9, False, 0.01), (0.9, True, 0)]:
            start, buf = random(*shape), random(*shape) if momentum else None
            ours, theirs = (start.copy(), None if buf is None else buf.copy()), (start.copy(), buf)
            for _ in range(3):
                grad = random(*shape)
                for sgd_step, (param, velocity) in ((kernels.sgd_step, ours), (numpy_sgd, theirs)):
                    assert sgd_step(
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
            states = [[start.copy(), np.zeros_like(start), np.zeros_like(start)] for _ in range(2)]
            for step in range(1, 4):
                grad = random(*shape)
                for adam_step, (param, m, v) in zip((kernels.adam_step, numpy_adam), states, strict=True):
                    assert adam_step(
                        param, grad, m, v, lr=0.01, weight_decay=decay, decoupled=decoupled, step=step
                    )
            for a, b in zip(*states, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def steps_with_products(kernels: Any, random: Numbers) -> None:
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
            (random(n, i), 0),
            (random.like_pixels(n, i), 0),
            (random.like_pixels(n, i), np.inf),
        ]:
            grad, start = random(n, o), random(i, o)
            if grad.size:
                grad[-1, -1] += bad
            apart = kernels.linear_grad_weight(x, grad)
            for options in settings:
                buf = random(i, o) if "momentum" in options else None
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
    x, grad, start = random(400, 5), random(400, 8), random(5, 8)
    for param, n in [(start.copy(), 400), (start.astype(np.float16), 4), (np.asfortranarray(start), 4)]:
        before, buf = param.copy(), param.copy()
        assert not kernels.linear_sgd_step(param, x[:n], grad[:n], buf, lr=0.1, momentum=0.9)
        assert not kernels.linear_adam_step(param, x[:n], grad[:n], buf, buf.copy(), lr=0.1, step=1)
        np.testing.assert_array_equal(param, before)
        np.testing.assert_array_equal(buf, before)
    block = random(20, 40)
    around = block.copy()
    assert kernels.linear_sgd_step(block[5:10], x[:4], random(4, 40), None, lr=0.1)
    np.testing.assert_array_equal(np.delete(block, slice(5, 10), 0), np.delete(around, slice(5, 10), 0))


def images(random: Numbers, n: int, h: int, w: int, c: int) -> list[np.ndarray]:
    """Images (n, h, w, c) in channels-last, channels-first and sliced memory."""
    first = random(n, c, h, w)
    return [
        first.transpose(0, 2, 3, 1).copy(),
        first.transpose(0, 2, 3, 1),
        random(n, h, 2 * w, c + 1)[:, :, ::2, 1:],
    ]


def pixels(kernels: Any, random: Numbers) -> None:
    for shape in [(0, 8, 8), (1, 1, 1), (3, 5, 7), (64, 28, 28)]:
        stored = random.rng.integers(0, 256, shape, dtype=np.uint8)
        for given in (stored, stored[:, ::-1], stored.T):
            for max_value in (255, 16):
                got = kernels.scaled(given, max_value, random.dtype)
                assert got.dtype == random.dtype
                np.testing.assert_array_equal(got, REFERENCE.scaled(given, max_value, random.dtype))


def convolution(kernels: Any, random: Numbers) -> None:
    for n, h, w, c, o, kernel, stride, padding, *groups in [
        (2, 5, 6, 1, 8, (3, 3), 1, 0), (1, 7, 5, 3, 5, (5, 2), 2, 2), (3, 4, 4, 8, 16, (2, 2), 2, 0),
        (2, 3, 3, 5, 3, (1, 1), 1, 0), (2, 4, 5, 4, 9, (3, 3), 1, 3), (0, 4, 4, 2, 4, (3, 3), 1, 1),
        (2, 3, 3, 2, 1, (3, 3), 3, 0), (2, 14, 14, 16, 32, (3, 3), 1, 1), (1, 9, 9, 2, 17, (5, 5), 1, 2),
        (2, 8, 7, 3, 4, (3, 3), 2, 1), (1, 1, 1, 1, 1, (1, 1), 1, 0), (2, 11, 6, 12, 8, (5, 5), 3, 4),
        (3, 8, 7, 8, 12, (3, 3), 1, 0), (19, 4, 4, 12, 8, (3, 3), 1, 2), (1, 7, 30, 20, 28, (3, 3), 1, 1),
        (0, 8, 8, 8, 8, (3, 3), 1, 1), (2, 9, 9, 10, 14, (3, 3), 1, 1),
        (3, 8, 7, 16, 16, (3, 3), 1, 1, 16), (2, 9, 6, 7, 7, (3, 3), 2, 1, 7),
        (2, 7, 8, 6, 6, (5, 5), 1, 2, 6), (1, 6, 5, 5, 5, (2, 3), 1, 0, 5),
        (0, 4, 4, 4, 4, (3, 3), 1, 1, 4), (2, 6, 7, 4, 8, (3, 3), 1, 1, 4), (2, 6, 6, 8, 4, (3, 3), 1, 1, 2),
    ]:  # fmt: skip
        close = partial(
            np.testing.assert_allclose, rtol=1e-3 * random.eps**0.5, atol=2 * n * h * w * 9 * c * random.eps
        )
        weight, bias = random(*kernel, c // math.prod(groups), o), random(o)
        for x in images(random, n, h, w, c):
            expected = REFERENCE.conv2d(x, weight, bias, stride, padding)
            close(kernels.conv2d(x, weight, bias, stride, padding), expected)
            close(kernels.conv2d(x, weight, None, stride, padding), expected - bias)
            if n:
                both = [of.conv2d_moments(x, weight, bias, stride, padding) for of in (kernels, REFERENCE)]
                for got, wanted in zip(*both, strict=True):
                    close(got, wanted)
            for grad in images(random, *expected.shape):
                close(
                    kernels.conv2d_grad_weight(x, grad, weight.shape, stride, padding),
                    REFERENCE.conv2d_grad_weight(x, grad, weight.shape, stride, padding),
                )
                close(
                    kernels.conv2d_grad_input(grad, weight, x.shape, stride, padding),
                    REFERENCE.conv2d_grad_input(grad, weight, x.shape, stride, padding),
                )


def moments_of_patches(kernels: Any, random: Numbers) -> None:
    for n, h, w, c, kernel, stride, padding in [
        (3, 6, 5, 1, (3, 3), 1, 1), (1, 7, 8, 3, (2, 3), 2, 1), (2, 5, 5, 1, (5, 5), 1, 2),
        (1, 1, 1, 1, (1, 1), 1, 0), (9, 9, 12, 1, (3, 2), 1, 1), (9, 9, 12, 1, (2, 4), 1, 0),
    ]:  # fmt: skip
        for x in images(random, n, h, w, c):
            little = np.zeros_like(x)
            for i in range(1, n):  # a dot in each but the first, some at the edges
                little[i, i * h // n, (4 * i + i % 2) % w] = abs(x[i, 0, 0])
            for given in (x, x + 100, little):
                pair = [of.patch_moments(given, kernel, stride, padding) for of in (kernels, REFERENCE)]
                for got, expected in zip(*pair, strict=True):
                    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e3 * given.max() * random.eps)


def pooled_gradients(kernels: Any, random: Numbers) -> None:
    """From the gradient behind pooling a convolution's follows as from the same, spread out."""
    for n, h, w, c, o, size, stride, padding, pool in [
        (2, 6, 8, 1, 8, 3, 1, 1, (2, 2)), (1, 7, 5, 3, 5, 3, 1, 0, (2, 2)), (3, 9, 9, 1, 17, 5, 2, 2, (3, 1)),
        (0, 4, 4, 1, 4, 3, 1, 1, (2, 2)), (2, 8, 8, 16, 16, 3, 1, 1, (2, 2)),
    ]:  # fmt: skip
        weight = random(size, size, c, o)
        for x in images(random, n, h, w, c):
            y = REFERENCE.conv2d(x, weight, None, stride, padding)
            best, places = REFERENCE.max_pool2d(y, *pool)
            grad = PooledGrad(random(*best.shape), places, pool)
            got, expected = (
                each.conv2d_grad_weight(x, grad, weight.shape, stride, padding)
                for each in (kernels, REFERENCE)
            )
            np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1000 * random.eps)


def rounding(kernels: Any, random: Numbers) -> None:
    """Whatever way a convolution takes, it loses few of the digits that its sums have."""
    for n, size, c, o, padding in [(5, 14, 16, 32, 1), (5, 7, 32, 64, 1), (2, 12, 8, 8, 0), (2, 9, 4, 6, 1)]:
        x, weight = random(n, size, size, c), random(3, 3, c, o)
        wide = [a.astype(random.wider) for a in (x, weight)]
        y = kernels.conv2d(x, weight, None, 1, padding)
        grad = random(*y.shape)
        for got, name, numbers, terms in (
            (y, "conv2d", (*wide, None, 1, padding), 9 * c),
            (
                kernels.conv2d_grad_input(grad, weight, x.shape, 1, padding),
                "conv2d_grad_input",
                (grad.astype(random.wider), wide[1], x.shape, 1, padding),
                9 * o,
            ),
            (
                kernels.conv2d_grad_weight(x, grad, weight.shape, 1, padding),
                "conv2d_grad_weight",
                (wide[0], grad.astype(random.wider), weight.shape, 1, padding),
                n * size * size,
            ),
        ):
            error = abs(got - getattr(REFERENCE, name)(*numbers)).max()
            assert error < 80 * random.eps * terms**0.5, f"{name}: {error}"


def halves(kernels: Any, random: Numbers) -> None:
    every = np.arange(0x7BFF, dtype=np.uint16).view(np.float16).astype(random.dtype)  # but the very largest
    between = (every[1:] + every[:-1]) / 2  # ties, and what is just off them
    for x in (
        every,
        -every,
        between,
        np.nextafter(between, 0),
        np.nextafter(-between, -1),
        random(7, 5),
        random(0, 3),
    ):
        got = kernels.half(x)
        assert got.dtype == np.float16
        np.testing.assert_array_equal(got.view(np.uint16), x.astype(np.float16).view(np.uint16))
    np.testing.assert_array_equal(kernels.half(random(6, 8)[:, ::2]).shape, (6, 4))
    for bad in (65504, -1e30, np.inf, np.nan):
        assert kernels.half(np.array([[0, 1, 2, 3, 4, bad]], random.dtype)) is None


def blocks(kernels: Any, random: Numbers) -> None:
    """A convolution with its activation and pooling in one go is the three one by one, NaN included."""
    for n, h, w, c, o, size, padding, pool, *groups in [
        (2, 6, 6, 1, 8, 3, 1, (2, 2)), (1, 7, 5, 3, 5, 3, 1, (3, 2)), (2, 8, 9, 4, 17, 5, 2, (2, 1)),
        (2, 5, 4, 2, 3, 1, 0, (2, 3)), (3, 7, 7, 8, 16, 3, 1, None), (3, 7, 8, 8, 12, 3, 1, (2, 2)),
        (0, 4, 4, 2, 4, 3, 1, (2, 2)), (2, 6, 8, 6, 6, 3, 1, (2, 2), 6), (2, 5, 4, 9, 9, 5, 2, None, 9),
    ]:  # fmt: skip
        weight, bias = random(size, size, c // math.prod(groups), o), random(o)
        for x in images(random, n, h, w, c):
            if x.size:
                x[-1, -1, 0, 0] = np.nan
            conv = kernels.conv2d(x, weight, bias, 1, padding)
            for f in (Tanh(), ReLU(), LeakyReLU(0.1), Sigmoid()):
                y, index = kernels.conv2d_block(x, weight, bias, 1, padding, f, pool)
                expected = REFERENCE.activation(f, conv)
                if pool:
                    expected, _ = REFERENCE.max_pool2d(expected, *pool)
                    _, expected_index = REFERENCE.max_pool2d(conv, *pool)
                    np.testing.assert_array_equal(index, expected_index)
                else:
                    assert index is None
                np.testing.assert_allclose(y, expected, rtol=8 * random.eps, atol=8 * random.eps)
    assert kernels.conv2d_block(x[:, :1, :1], weight, bias, 1, 0, ReLU(), (2, 2)) is None  # too small to pool
    assert kernels.conv2d_block(x, weight, bias, 1, 1, GELU()) is None


def sums(kernels: Any, random: Numbers) -> None:
    for shape in [(0, 3), (3, 0), (1, 1), (50, 16), (7, 33)]:
        for grad in layouts(random(*shape)):
            close = partial(np.testing.assert_allclose, rtol=0, atol=100 * random.eps)
            close(kernels.sum_rows(grad), grad.sum(axis=0))
            out = np.empty(shape[1], random.dtype)
            assert kernels.sum_rows(grad, out) is out
            close(out, grad.sum(axis=0))


def pooling(kernels: Any, random: Numbers) -> None:
    for n, h, w, c, size, stride in [
        (2, 6, 6, 1, 2, 2), (2, 7, 5, 3, 3, 2), (1, 5, 9, 8, 2, 1), (3, 4, 4, 5, 4, 1),
        (0, 4, 4, 4, 2, 2), (1, 3, 3, 6, 2, 3),
    ]:  # fmt: skip
        for x in images(random, n, h, w, c):
            x[random.rng.random(x.shape) < 0.3] = 0.5  # ties: the first one wins
            x[random.rng.random(x.shape) < 0.1] = np.nan
            best, index = kernels.max_pool2d(x, size, stride)
            expected, expected_index = REFERENCE.max_pool2d(x, size, stride)
            np.testing.assert_array_equal(best, expected)
            np.testing.assert_array_equal(index, expected_index)
            assert best.flags.c_contiguous
            for grad in images(random, *best.shape):
                back = REFERENCE.max_pool2d_backward(grad, index, x.shape, size, stride)
                got = kernels.max_pool2d_backward(grad, index, x.shape, size, stride)
                np.testing.assert_allclose(got, back, rtol=1e-5, atol=1e-6)


def assert_near_or_faint(got: Array, expected: Array, images: Array, atol: float) -> None:
    """That they agree, but for what is `FAINT` beside the image to the one and not quite to the other."""
    least = FAINT * np.fmax.reduce(images, axis=(1, 2), keepdims=True, initial=0)
    doubtful = ((got == 0) != (expected == 0)) & (np.maximum(got, expected) < least + atol)
    assert doubtful.sum() <= 0.01 * doubtful.size
    np.testing.assert_allclose(np.where(doubtful, 0, got), np.where(doubtful, 0, expected), rtol=0, atol=atol)


def warps(kernels: Any, random: Numbers) -> None:
    for n, h, w in [(0, 4, 4), (1, 1, 1), (3, 5, 7), (2, 28, 28), (20, 28, 20)]:
        drawn = np.zeros((n, h, w), random.dtype)  # on a part of the paper
        drawn[:-1, h // 3 : h // 2 + 1, w // 2 :: 3] = 1
        turned = random(n, w, h).transpose(0, 2, 1)
        for images in (random(n, h, w), turned, random(n, 2 * h, w)[:, ::-2], drawn):
            identity = np.array([[1, 0, 0], [0, 1, 0]], random.dtype)
            for shift in ((0, 0), (1, -2), (-3, 1), (2, 28), (-5, 0)):
                whole = np.stack([identity] * n or [identity])[:n]
                whole[:, :, 2] = shift
                np.testing.assert_array_equal(kernels.warp(images, whole), REFERENCE.warp(images, whole))
            affine, bend = identity + random(n, 2, 3) * random.dtype.type(0.3), random(2, n, 4, 4)
            affine[:1, 0, 2] += 1e9  # far outside
            for shift in (None, bend):
                got, expected = kernels.warp(images, affine, shift), REFERENCE.warp(images, affine, shift)
                assert_near_or_faint(got, expected, images, atol=3e-4)
            bend[...] = np.nan  # nowhere: no pixel, but no crash either
            assert kernels.warp(images, affine, bend).shape == images.shape


def warps_of_little_ink(kernels: Any, random: Numbers) -> None:
    """Only what looks at ink is looked up: nothing of it may be lost, wherever it is and goes."""
    n, generator = 300, np.random.default_rng(5)
    for h, w in [(1, 6), (7, 5), (28, 28)]:
        images = np.zeros((n, h, w), random.dtype)  # from a dot to all of the paper
        rows, columns = (np.sort(generator.integers(0, side, (n, 2)), axis=1) for side in (h, w))
        for image, (top, bottom), (left, right) in zip(images, rows, columns, strict=True):
            image[top : bottom + 1, left : right + 1] = generator.random()
        turn, zoom = np.exp(1j * generator.uniform(0, 7, n)), 1.5 ** generator.normal(size=(2, n))
        affine = np.zeros((n, 2, 3), random.dtype)  # turned, stretched and mirrored
        affine[:, 0, :2] = (np.stack((turn.real, turn.imag)) * zoom[0]).T
        affine[:, 1, :2] = (np.stack((-turn.imag, turn.real)) * zoom[1] * generator.choice((-1, 1), n)).T
        affine[:9, 1, :2] = affine[:9, 0, :2]  # to a line
        centre = np.array([h - 1, w - 1]) / 2
        affine[..., 2] = centre - affine[..., :2] @ centre + generator.uniform(-0.3, 0.3, (n, 2)) * (h, w)
        for bend in (None, random(2, n, 4, 4), 9 * random(2, n, 4, 4)):
            got, expected = kernels.warp(images, affine, bend), REFERENCE.warp(images, affine, bend)
            assert_near_or_faint(got, expected, images, atol=2e-3)
            assert bend is not None or expected.any(axis=(1, 2)).mean() > 0.5  # not moved out of sight


def thickness(kernels: Any, random: Numbers) -> None:
    for n, h, w in [(0, 4, 4), (1, 1, 1), (3, 5, 7), (6, 28, 28)]:
        little = np.zeros((n, h, w), random.dtype)
        little[:, h // 3 : h // 2, w // 3 : w // 2] = random(n, h // 2 - h // 3, w // 2 - w // 3)
        little[1:, h // 2, w - 1] = little[2:, 0, w // 2] = little[3:, h - 1, 0] = 2  # up to the edges
        for images in (
            random(n, h, w),
            random(n, w, h).transpose(0, 2, 1),
            random(n, 2 * h, w)[:, ::-2],
            little,
        ):
            amount = random(n).clip(-1, 1)
            amount[:1] = 0
            got, expected = kernels.thicken(images, amount), REFERENCE.thicken(images, amount)
            assert_near_or_faint(got, expected, images, atol=1e-6)
            if n > 1:
                images[1, h // 2, w // 2] = np.nan
                expected = REFERENCE.thicken(images, amount)
                assert_near_or_faint(kernels.thicken(images, amount), expected, images, atol=1e-6)


def both_normalize_backward(kernels: Any, *given: Any) -> None:
    got, expected = kernels.normalize_backward(*given), REFERENCE.normalize_backward(*given)
    for mine, reference in zip(got, expected, strict=True):
        np.testing.assert_allclose(mine, reference, rtol=1e-4, atol=1e-4)


def normalization(kernels: Any, random: Numbers) -> None:
    for n, c in [(0, 3), (1, 1), (2, 5), (9, 16), (300, 7), (64, 33)]:
        for rows in (random(n, c), random(c, n).T, random(n, 2 * c)[:, ::2]):
            if n:
                moments = zip(kernels.moments(rows), REFERENCE.moments(rows), strict=True)
                for got, expected in moments:
                    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)
            mean, factor, bias, scale = random(4, c)
            arguments = [
                ("normalize", (rows, mean, factor, bias)),
                ("normalize_sums", (random(n, c), rows, mean, scale)),
            ]
            for name, given in arguments:
                pair = getattr(kernels, name)(*given), getattr(REFERENCE, name)(*given)
                for got, expected in zip(*map(np.atleast_2d, pair), strict=True):
                    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)
            if n:
                both_normalize_backward(kernels, random(n, c), rows, mean, scale, factor)
    for shape, pool in [((5, 7), None), ((3, 4, 6, 5), None), ((3, 4, 6, 5), (2, 2)), ((2, 7, 5, 8), (3, 2))]:
        x, numbers = random(*shape), random(3, shape[-1])
        z = kernels.normalize(x.reshape(-1, shape[-1]), *numbers).reshape(shape)
        for f in (Tanh(), ReLU(), LeakyReLU(0.1), Sigmoid()):
            y, index = kernels.normalize_block(x, *numbers, f, pool)
            expected, places = REFERENCE.max_pool2d(z, *pool) if pool else (z, None)
            np.testing.assert_array_equal(index, places)
            expected = REFERENCE.activation(f, expected)
            np.testing.assert_allclose(y, expected, rtol=8 * random.eps, atol=8 * random.eps)
        grad = random(*y.shape)
        both_normalize_backward(kernels, PooledGrad(grad, places, pool) if pool else grad, x, *numbers)
        both_normalize_backward(kernels, random(*shape[::-1]).T, x, *numbers)
    assert kernels.normalize_block(x[:, :1, :1], *numbers, ReLU(), (2, 2)) is None  # too small to pool
    assert kernels.normalize_block(x, *numbers, GELU()) is None
    far = 1000 + random(5000, 3)
    np.testing.assert_allclose(kernels.moments(far)[1], far.astype(np.float64).var(axis=0), rtol=1e-3)
    rows = random(8, 4)
    rows[3, 2] = np.nan
    assert np.isnan(np.stack(kernels.moments(rows))).any(axis=0).tolist() == [False, False, True, False]


def normalised_networks(kernels: Any, random: Numbers) -> None:
    """Convolution, batch norm, activation and pooling as one model, as layer by layer without kernels."""
    for channels, groups, pool, training in itertools.product((1, 4), (1, 4), (None, 2, 3), (True, False)):
        if channels % groups:
            continue
        conv, norm = Conv2d(channels, 12, 3, padding=1, groups=groups, rng=1), BatchNorm2d(12)
        layers = [conv, norm, Tanh(), *([MaxPool2d(pool, 2)] if pool else [])]
        norm.weight.data[:] = np.linspace(0.5, 2, 12)
        model, single = (Sequential(*copy.deepcopy(layers)).to(random.dtype).train(training) for _ in "12")
        x = expected = random(3, channels, 7, 8)
        for layer in single:
            expected = layer(expected)
        grad = expected_grad = random(*expected.shape)
        for layer in reversed(list(single)):
            expected_grad = layer.backward(expected_grad)
        before = ops.backend()
        ops.use(kernels)
        try:
            pairs = [(model(x), expected), (model.backward(grad), expected_grad)]
        finally:
            ops.use(before)
        pairs += [
            (ours.grad, p.grad) for ours, p in zip(model.parameters(), single.parameters(), strict=True)
        ]
        for got, wanted in pairs:
            np.testing.assert_allclose(got, wanted, rtol=1e-3, atol=1e-3)


def other_types(kernels: Any, random: Numbers) -> None:
    """Other and mixed dtypes, and shapes that do not fit, are NumPy's business."""
    a, b = random(3, 4), random(4, 5)
    other = next(dtype for dtype in DTYPES if dtype != random.dtype)
    for dtype in (other, np.float16, np.int32, np.longdouble):
        mixed = a.astype(dtype)
        np.testing.assert_allclose(kernels.matmul(mixed, b), mixed @ b, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(kernels.linear(mixed, b), mixed @ b, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(kernels.matmul(mixed, mixed.T), mixed @ mixed.T, rtol=1e-3, atol=1e-6)
    half = a.astype(np.float16)
    np.testing.assert_array_equal(kernels.activation(Tanh(), half), np.tanh(half))
    out = np.empty((3, 5), np.longdouble)
    kernels.linear(a, b, None, out)
    np.testing.assert_allclose(out, a @ b, rtol=1e-5, atol=1e-5)
    try:
        kernels.matmul(a, a)
    except ValueError:
        return
    raise AssertionError("expected a ValueError")


CHECKS: tuple[Callable[[Any, Numbers], None], ...] = (
    products, strides, keeps_neighbours, not_finite, activations, activations_of_ones_own, softmax,
    optimizers, steps_with_products, sums, pixels, halves, convolution, moments_of_patches,
    pooled_gradients, rounding, blocks, pooling, warps, warps_of_little_ink, thickness, normalization,
    normalised_networks, other_types,
)  # fmt: skip


def run_all(kernels: Any, seed: int = 0) -> list[str]:
    """Run every check with both dtypes; returns their names."""
    for check in CHECKS:
        for dtype in DTYPES:
            check(kernels, Numbers(dtype, seed))
    return [check.__name__ for check in CHECKS]
