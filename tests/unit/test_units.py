"""Layers with units are known by what they do, so that the pictures show a visitor's own too."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import Conv2d, Flatten, Linear, ReLU, Sequential, Tanh, custom
from nncore.evaluate import activations
from nncore.losses import CrossEntropyLoss
from nncore.module import Module
from web.insight import units
from web.insight.fooling import fool
from web.insight.neuron import layers_with_units, work_out
from web.insight.stages import contributions, stages
from web.insight.weights import first_layer

OWN = """
class Mine(Module):
    '''A layer whose matrix has one row per output.'''

    def __init__(self, weight, bias):
        self.w = Parameter(weight)
        self.shift = Parameter(bias)

    def forward(self, x):
        self.x = x
        return x @ self.w.data.T + self.shift.data

    def backward_input(self, grad_output):
        return grad_output @ self.w.data

    def backward_params(self, grad_output):
        self.w.grad = grad_output.T @ self.x
        self.shift.grad = grad_output.sum(axis=0)


class Scale(Module):
    def __init__(self):
        self.w = Parameter(np.ones((1, 8)))

    def forward(self, x):
        return x * self.w.data
"""
mine = custom.Program(OWN).run().namespace
RNG = np.random.default_rng(0)
IMAGE = RNG.random((8, 8), np.float32)


def like(layer: Linear) -> Module:
    """The same layer, as somebody else wrote it."""
    assert layer.bias is not None
    return mine["Mine"](layer.weight.data.T.copy(), layer.bias.data.copy())


@pytest.fixture
def pair() -> tuple[Sequential, Sequential]:
    first, last = Linear(64, 6, rng=0), Linear(6, 10, rng=1)
    for layer in (first, last):
        assert layer.bias is not None
        layer.bias.data += RNG.random(layer.bias.data.shape, np.float32)
    return Sequential(Flatten(), first, Tanh(), last), Sequential(Flatten(), like(first), Tanh(), like(last))


def test_a_layer_of_ones_own_is_known_by_what_it_does() -> None:
    layer = Linear(5, 3, rng=0)
    own = like(layer)
    assert units.is_linear(own)
    assert units.count(own) == 3
    np.testing.assert_array_equal(units.weight(own), layer.weight.data)
    assert not units.has_units(mine["Scale"]())
    assert not units.has_units(ReLU())
    assert units.is_conv(Conv2d(1, 4, 3, rng=0))


@pytest.mark.parametrize(("out_channels", "size", "groups"), [(4, 3, 4), (8, 3, 2), (4, 1, 4)])
def test_a_map_weighs_nothing_but_its_group_of_channels(out_channels: int, size: int, groups: int) -> None:
    layer = Conv2d(4, out_channels, size, groups=groups, rng=0)
    whole = Conv2d(4, out_channels, size, rng=0)
    whole.weight.data[...] = units.weight(layer)
    assert layer.bias is not None
    assert whole.bias is not None
    whole.bias.data[...] = layer.bias.data
    x = RNG.random((2, 4, 6, 5), np.float32)
    np.testing.assert_allclose(whole(x), layer(x), rtol=1e-5, atol=1e-6)
    assert [units.bias(layer, unit) for unit in range(out_channels)] == list(layer.bias.data)

    model = Sequential(
        Conv2d(1, 4, 3, rng=1), layer, Flatten(), Linear(out_channels * (7 - size) ** 2, 10, rng=2)
    )
    done = work_out(model, CrossEntropyLoss(), IMAGE, 1, 2)
    assert done.sum.total == pytest.approx(float(layer(model[0](IMAGE[None, None]))[0, 2].max()), rel=1e-5)
    assert first_layer(model, (8, 8)) is not None


def test_the_pictures_of_ones_own_layers_are_those_of_the_original(
    pair: tuple[Sequential, Sequential],
) -> None:
    theirs, own = pair
    assert layers_with_units(own) == layers_with_units(theirs) == {1: 6, 3: 10}
    pictures = [first_layer(model, (8, 8)) for model in pair]
    assert pictures[0] is not None
    assert pictures[1] is not None
    np.testing.assert_array_equal(pictures[1].pictures, pictures[0].pictures)

    criterion = CrossEntropyLoss()
    works = [work_out(model, criterion, IMAGE, 1, 4) for model in pair]
    assert works[1].sum.bias == works[0].sum.bias != 0
    assert works[1].sum.total == pytest.approx(works[0].sum.total, rel=1e-5)

    parts = []
    for model in pair:
        outputs = activations(model, IMAGE[None, None])
        start, end = stages(model, outputs)
        parts.append(contributions(model, outputs, start, end, np.arange(6), np.arange(10)))
    np.testing.assert_allclose(parts[1], parts[0], rtol=1e-4, atol=1e-6)


def test_a_network_without_a_matrix_is_fooled_by_all_of_its_output() -> None:
    class Sums(Module):
        """Rows and columns of the image summed, the first ten of them."""

        def forward(self, x: np.ndarray) -> np.ndarray:
            self.shape = x.shape
            return np.concatenate([x.sum(axis=2), x.sum(axis=3)], axis=2)[:, 0, :10]

        def backward_input(self, grad_output: np.ndarray) -> np.ndarray:
            full = np.zeros((len(grad_output), 16), grad_output.dtype)
            full[:, :10] = grad_output
            return (full[:, None, :8] + full[:, 8:, None])[:, None]

    model = Sequential(Sums())
    assert first_layer(model, (8, 8)) is None
    work = fool(model, CrossEntropyLoss(), IMAGE)
    try:
        while True:
            next(work)
    except StopIteration as stop:
        found = stop.value
    assert found.turned
    assert found.other != found.answer
