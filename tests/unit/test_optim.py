"""Optimisers and schedules beyond the comparison with PyTorch."""

import itertools

import numpy as np
import pytest

import nncore as nn
from nncore import schedules
from nncore.optim import OPTIMIZERS


def bowl(optimizer_of: type[nn.Optimizer], **options: float) -> float:
    """Distance from the minimum of a narrow bowl after 200 steps from distance 5."""
    p = nn.Parameter(np.array([3.0, -4.0]))
    optimizer = optimizer_of([p], **options)
    for _ in range(200):
        p.grad = p.data * [1.0, 10.0]
        optimizer.step()
    return float(np.hypot(*p.data))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (nn.SGD, {"lr": 0.05}),
        (nn.SGD, {"lr": 0.02, "momentum": 0.9}),
        (nn.Adam, {"lr": 0.1}),
        (nn.AdamW, {"lr": 0.1}),
        (nn.RMSprop, {"lr": 0.04}),
        (nn.RMSprop, {"lr": 0.005, "momentum": 0.9}),
    ],
)
def test_they_find_the_bottom_of_a_bowl(kind: type[nn.Optimizer], options: dict[str, float]) -> None:
    assert bowl(kind, **options) < 0.05


@pytest.mark.parametrize(("momentum", "decay"), [(0, 0), (0.9, 0), (0.5, 0.1)])
def test_rmsprop_number_by_number(momentum: float, decay: float) -> None:
    """The formulas of PyTorch's documentation, for one weight in plain Python."""
    p = nn.Parameter(np.array([2.0]))
    optimizer = nn.RMSprop([p], lr=0.1, alpha=0.8, eps=1e-3, momentum=momentum, weight_decay=decay)
    weight, mean_square, velocity = 2.0, 0.0, 0.0
    for gradient in (1.0, -0.5, 3.0, 0.25):
        p.grad = np.array([gradient])
        optimizer.step()
        gradient += decay * weight
        mean_square = 0.8 * mean_square + 0.2 * gradient**2
        velocity = momentum * velocity + gradient / (mean_square**0.5 + 1e-3)
        weight -= 0.1 * velocity
        assert p.data[0] == pytest.approx(weight, rel=1e-12)


def test_gradients_are_clipped_together() -> None:
    a, b, frozen = (nn.Parameter(np.zeros(2)) for _ in range(3))
    a.grad, b.grad = np.array([3.0, 0.0]), np.array([0.0, 4.0])
    assert nn.clip_grad_norm([a, b, frozen], 10) == 5
    np.testing.assert_array_equal(a.grad, [3, 0])
    assert nn.clip_grad_norm([a, b, frozen], 1) == 5
    np.testing.assert_allclose([*a.grad, *b.grad], [0.6, 0, 0, 0.8])
    a.grad[0] = np.inf
    assert nn.clip_grad_norm([a, b], 1) == np.inf
    assert b.grad[1] == pytest.approx(0.8)


@pytest.mark.parametrize("lr", [-1, float("nan"), float("inf")])
def test_an_impossible_learning_rate_is_refused(lr: float) -> None:
    optimizer = nn.SGD([nn.Parameter(np.zeros(1))])
    with pytest.raises(ValueError, match="SGD: got lr="):
        optimizer.lr = lr


def test_no_parameters_is_an_error() -> None:
    with pytest.raises(ValueError, match="no parameters"):
        nn.Adam([])


def test_parameters_without_gradient_stay() -> None:
    p = nn.Parameter(np.ones(3))
    nn.Adam([p]).step()
    np.testing.assert_array_equal(p.data, 1)


@pytest.mark.parametrize(
    "make",
    [lambda p: nn.SGD(p, momentum=0.9), nn.AdamW, lambda p: nn.RMSprop(p, momentum=0.5)],
    ids=["SGD", "AdamW", "RMSprop"],
)
def test_state_goes_on_to_the_bit(make: type[nn.Optimizer]) -> None:
    def run(optimizer: nn.Optimizer, p: nn.Parameter, steps: int) -> None:
        for _ in range(steps):
            p.grad = np.sin(p.data)
            optimizer.step()

    whole = nn.Parameter(np.linspace(0, 1, 5, dtype=np.float32))
    half = nn.Parameter(whole.data.copy())
    run(make([whole]), whole, 6)
    first = make([half])
    run(first, half, 3)
    second = make([half])
    second.load_state_dict(first.state_dict())
    run(second, half, 3)
    np.testing.assert_array_equal(whole.data, half.data)


def test_state_of_another_model_is_refused() -> None:
    a, b = (nn.SGD([nn.Parameter(np.ones(n))], momentum=0.9) for n in (2, 3))
    a.params[0].grad = np.ones(2)
    a.step()
    with pytest.raises(ValueError, match=r"got state of shapes \[\(2,\)\], expected \[\(3,\)\]"):
        b.load_state_dict(a.state_dict())


def values(schedule: schedules.Schedule) -> list[float]:
    return [schedule(done, 10) for done in np.linspace(0, 10, 101)]


def test_schedules_follow_their_shapes() -> None:
    assert set(values(schedules.constant())) == {1.0}
    steps = schedules.step_decay(4, 0.5)
    assert [steps(done, 10) for done in (0, 3.9, 4, 8)] == [1, 1, 0.5, 0.25]
    cosine = values(schedules.cosine())
    assert cosine[0] == 1
    assert cosine[50] == pytest.approx(0.5)
    assert cosine[-1] == pytest.approx(0)
    warm = values(schedules.warmup(0.5))
    assert warm[0] > 0
    assert warm[50:] == [1] * 51
    cycle = values(schedules.one_cycle(0.3))
    assert max(cycle) == pytest.approx(1)
    assert np.argmax(cycle) == 30
    assert cycle[0] == pytest.approx(0.04)
    assert cycle[-1] == pytest.approx(1e-4)
    for falling in (cosine, cycle[30:], [-v for v in warm], [-v for v in cycle[:31]]):
        assert all(a >= b for a, b in itertools.pairwise(falling))


def test_a_transposed_array_is_refused_as_data() -> None:
    """The step would be taken on a copy of it."""
    layer = nn.Linear(3, 2, rng=0)
    layer.weight.data = np.ones((2, 3), np.float32).T
    layer.backward(np.ones_like(layer(np.ones((4, 3), np.float32))))
    with pytest.raises(ValueError, match=r"not C-contiguous.*ascontiguousarray"):
        nn.SGD(layer.parameters(), 0.1).step()


def test_the_state_of_another_optimiser_is_refused() -> None:
    parameter = nn.Parameter(np.ones(3, np.float32))
    parameter.grad = np.ones(3, np.float32)
    sgd, adam = nn.SGD([parameter], 0.1, momentum=0.9), nn.Adam([parameter])
    sgd.step()
    with pytest.raises(ValueError, match=r"Adam: got .* keeps \['momentum'\], expected"):
        adam.load_state_dict(sgd.state_dict())


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_all_that_an_optimiser_keeps_is_declared(name: str) -> None:
    """By that its memory is foretold."""
    parameter = nn.Parameter(np.ones(3, np.float32))
    parameter.grad = np.ones(3, np.float32)
    optimizer = OPTIMIZERS[name].make([parameter])
    optimizer.step()
    assert set(optimizer.slots) <= set(optimizer.slot_names)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("make", [lambda p: nn.SGD(p, momentum=0.9), nn.Adam], ids=["SGD", "Adam"])
def test_no_trace_stays_of_a_gradient_long_ago(make: type[nn.Optimizer], dtype: type) -> None:
    """Numbers below `tiny`, at which means that fade would stop, are what processors are slow at."""
    p = nn.Parameter(np.ones(4, dtype))
    optimizer = make([p])
    for step in range(9_000):
        p.grad = np.zeros(4, dtype) if step else np.array([0, 1e-30, 1, 1e9], dtype)
        optimizer.step()
        for array in (array for arrays in optimizer.slots.values() for array in arrays):
            assert (array[array != 0] >= np.finfo(dtype).tiny).all(), step
    mean = optimizer.slots["momentum" if isinstance(optimizer, nn.SGD) else "mean"][0]
    np.testing.assert_array_equal(mean, 0)


def test_what_an_optimiser_of_ones_own_keeps_is_its_own() -> None:
    class Counting(nn.Optimizer):
        def update(self, index: int, parameter: nn.Parameter) -> None:
            self.slots.setdefault("counts", [np.zeros(1, int)])[0] += 1

    p = nn.Parameter(np.ones(1))
    optimizer = Counting([p], lr=0.1)
    for _ in range(200):
        p.grad = np.ones(1)
        optimizer.step()
    assert optimizer.slots["counts"] == [200]
