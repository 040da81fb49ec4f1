"""What layers promise beyond their gradients: shapes, modes, state, errors."""

import copy
from typing import Any, ClassVar

import numpy as np
import pytest

import nncore as nn
from nncore import ops
from nncore.errors import DTypeError, ShapeError

F32 = np.float32


def test_repr_reads_like_pytorch() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10, rng=0), nn.LogSoftmax())
    assert repr(model).splitlines() == [
        "Sequential(",
        "  (0): Flatten()",
        "  (1): Linear(in_features=64, out_features=10, bias=True)",
        "  (2): LogSoftmax()",
        ")",
    ]


def test_linear_is_x_times_weight_plus_bias() -> None:
    layer = nn.Linear(3, 2, rng=0)
    x = np.arange(6, dtype=F32).reshape(2, 3)
    assert layer.weight.data.shape == (3, 2)
    np.testing.assert_allclose(layer(x), x @ layer.weight.data + layer.bias.data, rtol=1e-6)


def test_linear_without_bias_has_one_parameter() -> None:
    assert [name for name, _ in nn.Linear(3, 2, bias=False, rng=0).named_parameters()] == ["weight"]


@pytest.mark.parametrize(
    ("layer", "x", "words"),
    [
        (nn.Linear(4, 2, rng=0), np.ones((3, 5), F32), ["Linear", "(3, 5)", "(batch, 4)"]),
        (nn.Linear(4, 2, rng=0), np.ones(4, F32), ["Linear", "(4,)", "(batch, 4)"]),
        (nn.Conv2d(2, 4, 3, rng=0), np.ones((1, 3, 8, 8), F32), ["Conv2d", "(1, 3, 8, 8)", "(batch, 2,"]),
        (nn.Conv2d(1, 4, 3, rng=0), np.ones((1, 1, 2, 8), F32), ["Conv2d", "(1, 1, 2, 8)", "3 pixels"]),
        (nn.MaxPool2d(3), np.ones((1, 1, 2, 2), F32), ["MaxPool2d", "(1, 1, 2, 2)", "3 or more"]),
        (nn.BatchNorm1d(4), np.ones((3, 5), F32), ["BatchNorm1d", "(3, 5)", "(batch, 4)"]),
        (nn.BatchNorm1d(4), np.ones((1, 4), F32), ["BatchNorm1d", "got 1 sample", "at least 2"]),
        (nn.BatchNorm2d(4), np.ones((3, 4), F32), ["BatchNorm2d", "(3, 4)", "(batch, 4, height, width)"]),
        (nn.BatchNorm2d(4), np.ones((1, 4, 1, 1), F32), ["BatchNorm2d", "got 1 position", "at least 2"]),
        (nn.Softmax(), np.ones(4, F32), ["Softmax", "(4,)", "(batch, classes)"]),
        (nn.Flatten(), np.ones(4, F32), ["Flatten", "(4,)"]),
    ],
    ids=lambda value: repr(value) if isinstance(value, nn.Module) else None,
)
def test_wrong_shape_names_layer_got_and_expected(layer: nn.Module, x: np.ndarray, words: list[str]) -> None:
    with pytest.raises(ShapeError) as caught:
        layer(x)
    assert all(word in str(caught.value) for word in words), caught.value


def test_error_inside_a_model_tells_the_place() -> None:
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Tanh(), nn.Linear(5, 2, rng=0))
    with pytest.raises(ShapeError, match=r"layer 2, Linear\(in_features=5.*got input of shape \(1, 3\)"):
        model(np.ones((1, 4), F32))


def test_error_inside_a_nested_model_tells_the_whole_way() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Tanh(), nn.Linear(5, 2, rng=0)))
    with pytest.raises(ShapeError, match=r"layer 1\.1, Linear"):
        model(np.ones((1, 4), F32))


def test_wrong_dtype_says_how_to_convert() -> None:
    with pytest.raises(DTypeError, match=r"float64, expected float32.*astype"):
        nn.Linear(4, 2, rng=0)(np.ones((1, 4)))
    with pytest.raises(DTypeError, match="uint8, expected float32 or float64"):
        nn.Tanh()(np.ones((1, 4), np.uint8))
    with pytest.raises(DTypeError, match=r"MSELoss\(\).*int64, expected float32 or float64"):
        nn.MSELoss()(np.ones((2, 3), np.int64), np.ones((2, 3)))


ONE_OF_EACH = [
    (nn.Linear(4, 2, rng=0), (3, 4), (3, 1)),
    (nn.Linear(4, 2, rng=0), (3, 4), (1, 2)),
    (nn.Conv2d(1, 2, 3, rng=0), (2, 1, 5, 5), (2, 1, 3, 3)),
    (nn.MaxPool2d(2), (2, 1, 4, 4), (1, 1, 2, 2)),
    (nn.BatchNorm1d(4), (3, 4), (1, 4)),
    (nn.BatchNorm2d(2), (3, 2, 4, 4), (1, 2, 4, 4)),
    (nn.Flatten(), (2, 1, 4, 4), (2, 1, 4, 4)),
    *[(layer, (3, 4), (3, 1)) for layer in (nn.Dropout(rng=0), nn.Tanh(), nn.ReLU(), nn.Sigmoid())],
    *[(layer, (3, 4), (3, 1)) for layer in (nn.LeakyReLU(), nn.Softmax(), nn.LogSoftmax(), nn.Log())],
]


@pytest.mark.parametrize(
    ("layer", "shape", "wrong"), ONE_OF_EACH, ids=lambda value: repr(value).replace(" ", "")
)
def test_a_gradient_of_another_shape_is_refused(
    layer: nn.Module, shape: tuple[int, ...], wrong: tuple[int, ...]
) -> None:
    """Broadcasting would make something of most of them, and be wrong in silence."""
    layer(np.ones(shape, F32))
    for backward in (layer.backward, layer.backward_input):
        with pytest.raises(ShapeError, match=r"got an output gradient of shape .* expected") as caught:
            backward(np.ones(wrong, F32))
        assert repr(layer) in str(caught.value)
        assert str(wrong) in str(caught.value)


@pytest.mark.parametrize("training", [True, False])
def test_so_is_one_of_a_convolution_that_batch_norm_is_computed_with(training: bool) -> None:
    model = nn.Sequential(nn.Conv2d(1, 9, 3, rng=0), nn.BatchNorm2d(9)).train(training)
    model(np.ones((4, 1, 8, 8), F32))
    for backward in (model.backward, model.backward_input):
        with pytest.raises(ShapeError, match=r"shape \(4, 1, 6, 6\), expected \(4, 9, 6, 6\)"):
            backward(np.ones((4, 1, 6, 6), F32))


@pytest.mark.parametrize(
    "layer",
    [nn.Linear(2, 2, rng=0), nn.Tanh(), nn.MaxPool2d(2), nn.Conv2d(1, 1, 1, rng=0), nn.Flatten()],
    ids=repr,
)
def test_backward_before_forward_is_refused(layer: nn.Module) -> None:
    with pytest.raises(RuntimeError, match="before forward"):
        layer.backward(np.ones((1, 1, 2, 2), F32))


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Conv2d(1, 1, 0),
        lambda: nn.Conv2d(1, 1, 3, stride=0),
        lambda: nn.Conv2d(4, 6, 3, groups=4),
        lambda: nn.Conv2d(4, 4, 3, groups=0),
        lambda: nn.MaxPool2d(0),
        lambda: nn.Dropout(1.0),
        lambda: nn.Dropout(-0.1),
        lambda: nn.LeakyReLU(-1),
        lambda: nn.Linear(2, 2, init="magic"),
        lambda: nn.CrossEntropyLoss(label_smoothing=1),
    ],
)
def test_impossible_arguments_are_refused(make: object) -> None:
    with pytest.raises(ValueError, match=r"got .*expected"):
        make()


def test_gradients_add_up_until_zero_grad() -> None:
    layer = nn.Linear(3, 2, rng=0)
    x, g = np.ones((4, 3), F32), np.ones((4, 2), F32)
    layer(x)
    layer.backward(g)
    once = layer.weight.grad.copy()
    layer.backward(g)
    np.testing.assert_array_equal(layer.weight.grad, 2 * once)
    layer.zero_grad()
    assert layer.weight.grad is None
    layer.backward(g)
    np.testing.assert_array_equal(layer.weight.grad, once)


def test_parameter_gradients_need_no_input_gradient() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 3, rng=0), nn.Tanh(), nn.Linear(3, 2, rng=1))
    x, g = np.random.default_rng(0).random((5, 1, 2, 2), F32), np.ones((5, 2), F32)
    model(x)
    assert model.backward(g).shape == x.shape
    full = [p.grad.copy() for p in model.parameters()]
    model.zero_grad()
    assert model.backward_params(g) is None
    for a, p in zip(full, model.parameters(), strict=True):
        np.testing.assert_array_equal(a, p.grad)


def test_outputs_of_earlier_batches_stay_as_they_are() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3, rng=0), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(18, 3, rng=1)
    )
    rng = np.random.default_rng(0)
    first = model(rng.random((4, 1, 8, 8), F32))
    kept = first.copy()
    model(rng.random((3, 1, 8, 8), F32))
    np.testing.assert_array_equal(first, kept)


def test_conv2d_makes_patches_in_slices_of_bounded_size() -> None:
    class Watched(ops.NumpyOps):
        sizes: ClassVar[list[int]] = []

        def im2col(self, *args: Any, **options: Any) -> np.ndarray:
            patches = super().im2col(*args, **options)
            self.sizes.append(patches.size)
            return patches

    layer = nn.Conv2d(2, 3, 3, padding=1, rng=0)
    x = np.random.default_rng(0).random((7, 2, 6, 6), F32)
    grad = np.random.default_rng(1).random((7, 3, 6, 6), F32)
    before, found = ops.backend(), []
    for most in (1 << 22, 2 * 36 * 18, 1):  # all images at once, two, and one, less than which cannot be
        watched = Watched()
        watched.max_patch_numbers = most
        Watched.sizes.clear()
        ops.use(watched)
        layer.zero_grad()
        found.append((layer(x), layer.backward(grad), layer.weight.grad))
        ops.use(before)
        assert max(Watched.sizes) == min(7 * 36 * 18, max(most, 36 * 18))
    for results in found[1:]:
        for result, expected in zip(results, found[0], strict=True):
            np.testing.assert_allclose(result, expected, rtol=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_an_empty_batch_passes(training: bool) -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3, rng=0),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(18, 3, rng=1),
        nn.Dropout(0.5),
    )
    model.train(training)
    assert model(np.zeros((0, 1, 8, 8), F32)).shape == (0, 3)


def test_sigmoid_is_exact_where_it_is_small() -> None:
    x = np.array([-87, -40, -17, -1, 0, 30, 1e4, -1e4], np.float32)
    wide = x.astype(np.float64)
    expected = np.exp(wide - np.logaddexp(0, wide))
    np.testing.assert_allclose(nn.Sigmoid()(x), expected, rtol=1e-6, atol=0)


def test_dropout_keeps_the_mean_and_rests_in_evaluation() -> None:
    layer = nn.Dropout(0.25, rng=0)
    x = np.ones((200, 200), F32)
    y = layer(x)
    assert np.mean(y == 0) == pytest.approx(0.25, abs=0.01)
    assert y.mean() == pytest.approx(1, abs=0.01)
    assert layer.eval()(x) is x


def test_batch_norm_normalises_and_remembers() -> None:
    layer = nn.BatchNorm1d(3, momentum=0.5)
    x = np.random.default_rng(0).normal(5, 2, (1000, 3)).astype(F32)
    y = layer(x)
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=0), 1, atol=1e-4)
    np.testing.assert_allclose(layer.running_mean, 0.5 * x.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(layer.running_var, 0.5 + 0.5 * x.var(axis=0, ddof=1), rtol=1e-4)


def test_batch_norm_takes_as_many_features_as_it_was_made_for_and_one_sample_in_evaluation() -> None:
    layer = nn.BatchNorm1d(300)  # a number of which Python keeps no copy
    assert layer(np.zeros((2, 300), F32)).shape == (2, 300)
    layer.eval()
    assert layer(np.zeros((1, 300), F32)).shape == (1, 300)


def test_batch_norm_of_images_is_that_of_all_their_positions() -> None:
    images, rows = nn.BatchNorm2d(3), nn.BatchNorm1d(3)
    x = np.random.default_rng(0).normal(5, 2, (10, 3, 4, 6)).astype(F32)
    flat = x.transpose(0, 2, 3, 1).reshape(-1, 3)
    for _ in range(2):  # in training, then in evaluation
        np.testing.assert_allclose(images(x).transpose(0, 2, 3, 1).reshape(-1, 3), rows(flat), rtol=1e-5)
        np.testing.assert_allclose(images.running_var, rows.running_var, rtol=1e-5)
        images.eval()
        rows.eval()


def test_a_slice_of_a_model_is_a_model_of_the_same_layers() -> None:
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Tanh(), nn.Linear(3, 2, rng=1))
    x = np.random.default_rng(0).random((5, 4), F32)
    features = model[:2]
    assert isinstance(features, nn.Sequential)
    assert features[0] is model[0]
    np.testing.assert_array_equal(model[2:](features(x)), model(x))
    assert [name for name, _ in features.named_parameters()] == ["0.weight", "0.bias"]
    assert model[2].name == "2"  # errors still tell its place in the model


def test_a_layer_used_twice_is_counted_once_and_gets_both_gradients() -> None:
    linear, tanh = nn.Linear(3, 3, rng=0), nn.Tanh()
    model = nn.Sequential(linear, tanh, nn.Sequential(linear, tanh))
    assert model.num_parameters() == 12
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias"]
    assert set(model.state_dict()) == {"0.weight", "0.bias"}
    samples = nn.gradcheck(model, np.random.default_rng(0).random((4, 3)), samples=9)
    assert max(sample.relative_error for sample in samples) < 1e-6
    linear.weight.data[...] = 0
    linear.bias.data[...] = 0
    assert not model(np.ones((1, 3), F32)).any()


def test_layers_in_lists_and_dicts_are_seen() -> None:
    class Branches(nn.Module):
        def __init__(self) -> None:
            self.branches = [nn.Linear(2, 2, rng=0), nn.Dropout()]
            self.heads = {"a": nn.Linear(2, 1, rng=1)}
            self.scales = [nn.Parameter(np.ones(2, F32))]

    model = Branches()
    names = [name for name, _ in model.named_parameters()]
    assert names == ["scales.0", "branches.0.weight", "branches.0.bias", "heads.a.weight", "heads.a.bias"]
    model.eval()
    assert not model.branches[1].training


def test_frozen_parameters_get_no_gradient_and_stay() -> None:
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Tanh(), nn.Linear(3, 2, rng=1))
    model[:2].requires_grad_(False)
    optimizer = nn.SGD(model.parameters(), lr=0.1, weight_decay=0.5)
    before = model.state_dict()
    x = np.random.default_rng(0).random((5, 4), F32)
    for backward in (model.backward, model.backward_params):
        model.zero_grad()
        model(x)
        backward(np.ones((5, 2), F32))
        assert model[0].weight.grad is None
        optimizer.step()
    after = model.state_dict()
    changed = {name for name in after if not np.array_equal(before[name], after[name])}
    assert changed == {"2.weight", "2.bias"}
    model.requires_grad_()
    model.backward(np.ones((5, 2), F32))
    assert model[0].weight.grad is not None


def test_state_dict_round_trip_and_its_errors() -> None:
    def model(seed: int, width: int = 3) -> nn.Sequential:
        return nn.Sequential(nn.Linear(4, width, rng=seed), nn.BatchNorm1d(width))

    a, b = model(0), model(1)
    a(np.random.default_rng(0).random((5, 4), F32))
    state = a.state_dict()
    assert set(state) == {"0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var"}
    b.load_state_dict(state)
    assert all(np.array_equal(state[name], array) for name, array in b.state_dict().items())
    with pytest.raises(ShapeError, match=r"0.weight: got an array of shape \(4, 3\), expected \(4, 2\)"):
        model(0, 2).load_state_dict(state)
    with pytest.raises(KeyError, match=r"0\.bias"):
        b.load_state_dict({name: array for name, array in state.items() if name != "0.bias"})


def test_modes_reach_every_layer() -> None:
    model = nn.Sequential(nn.Dropout(), nn.Sequential(nn.Dropout()))
    model.eval()
    assert not any(module.training for _, module in model.named_modules())
    model.train()
    assert all(module.training for _, module in model.named_modules())


@pytest.mark.parametrize(
    "name", ["normal", "uniform", "xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal"]
)
def test_initial_weights_have_the_spread_they_promise(name: str) -> None:
    layer = nn.Linear(300, 500, init=name, rng=0)
    variance = {"normal": 1, "uniform": 1 / 900, "xavier": 2 / 800, "kaiming": 2 / 300}
    expected = variance[name if name in variance else name.split("_")[0]]
    assert layer.weight.data.var() == pytest.approx(expected, rel=0.02)
    assert abs(layer.weight.data.mean()) < 0.02 * expected**0.5
    assert layer.bias.data.any() == (name in ("normal", "uniform"))


def test_a_seed_fixes_the_weights() -> None:
    a, b, c = (nn.Linear(5, 4, rng=seed).weight.data for seed in (1, 1, 2))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_a_copy_of_a_network_leaves_the_training_behind() -> None:
    layer = nn.Linear(3, 2, rng=0)
    layer.weight.promise = lambda: 1 / 0  # type: ignore[assignment]
    layer.bias.requires_grad = False  # type: ignore[union-attr]
    copied = copy.deepcopy(layer)
    assert not copied.weight.has_grad
    assert np.array_equal(copied.weight.data, layer.weight.data)
    assert copied.weight.data is not layer.weight.data
    assert copied.bias is not None
    assert not copied.bias.requires_grad


def test_running_values_follow_a_change_of_dtype() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).to(np.float64)
    assert {array.dtype for array in model.state_dict().values()} == {np.dtype(np.float64)}
    assert model.eval()(np.ones((2, 3))).dtype == np.float64
