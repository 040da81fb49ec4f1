"""The network that ships with the page: how it reads, and when it is unsure."""

from __future__ import annotations

import numpy as np
import pytest

from nncore.activations import log_softmax
from nncore.build import build_model
from nncore.data import Dataset, load_mnist
from nncore.errors import DataError
from nncore.events import StepEvent
from nncore.metrics import expected_calibration_error
from nncore.preprocess import Stroke, prepare
from nncore.preprocess.resample import Box, resample
from nncore.recipe import Recipe
from web.pad import Certainty, judge
from web.pretrained import WEIGHTS, load_ready_made, train
from web.pretrained.check import WAYS, ask, few_points, stepped, traces
from web.pretrained.recordings import read_recordings

HANDS = 4


@pytest.fixture(scope="module")
def ready_made():
    return load_ready_made()


@pytest.fixture(scope="module")
def probabilities(ready_made):
    return lambda images: np.exp(log_softmax(ready_made(np.asarray(images)[:, None])))


@pytest.fixture(scope="module")
def mnist():
    """Every fourth MNIST test digit, as ink (N, 28, 28), and their labels."""
    try:
        _, test = load_mnist()
    except DataError as error:
        pytest.skip(f"MNIST is not here: {error}")
    return test.images[::4].astype(np.float32) / 255, test.labels[::4]


def accuracy(probabilities, labels):
    return np.mean(probabilities.argmax(axis=1) == labels)


def enlarged(image, times=10):
    """(28, 28) drawn large, interpolated between pixels."""
    return resample(image, Box(0, 0, 28, 28), (28 * times, 28 * times))


def test_the_weights_are_small():
    assert WEIGHTS.stat().st_size < 500_000


def test_settling_leaves_the_mean_of_the_weights_it_passed(monkeypatch):
    recipe = Recipe(hidden=(4,), batch_size=10, lr=0.1, schedule="constant", epochs=1, batch_norm=True)
    rng = np.random.default_rng(0)
    data = Dataset(
        rng.integers(0, 256, (60, 4, 4), np.uint8), rng.integers(0, 10, 60), "noise", num_classes=10
    )
    model, passed = build_model(recipe, (4, 4), 10), build_model(recipe, (4, 4), 10)
    states = []
    for event in train.trainer_of(passed, recipe, data):
        if isinstance(event, StepEvent) and event.step % 2 == 0:
            states.append(passed.state_dict())
    monkeypatch.setattr(train, "SETTLING", recipe)
    monkeypatch.setattr(train, "EVERY", 2)
    train.settle(model, data, data)
    weights = [name for name, _ in model.named_parameters()]
    assert len(states) == 3
    assert weights
    for name in weights:
        mean = np.mean([state[name] for state in states], axis=0)
        np.testing.assert_allclose(model.state_dict()[name], mean, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("way", WAYS)
def test_handwriting_of_styles_it_was_not_trained_on_is_read(ready_made, way):
    found = [ask(ready_made, trace, way, HANDS, seed=3) for trace in traces() if trace.digit is not None]
    assert np.mean([answers.share() for answers in found]) > 0.98
    assert np.mean([answers.share(Certainty.SURE, right=False) for answers in found]) < 0.01
    every = np.concatenate([answers.probabilities for answers in found])
    labels = np.repeat([answers.digit for answers in found], HANDS)
    as_drawn = way == "as drawn"
    assert expected_calibration_error(every, labels) < (0.02 if as_drawn else 0.03)
    refused = np.mean([judge(row).certainty is Certainty.NONE for row in every])
    assert refused < (0.01 if as_drawn else 0.02)


def test_poor_devices_lose_points_or_go_in_steps_and_keep_the_ends():
    points = np.array([[0.1, 0.2, 0.5], [0.3, 0.22, 0.5], [0.5, 0.2, 0.5], [0.3, 0.6, 0.5], [0.2, 0.8, 0.5]])
    drawn = Stroke(points, 0.06)
    kept = few_points(drawn).points
    assert kept.tolist() == drawn.points[[0, 2, 4]].tolist()
    moves = np.diff(stepped(drawn).points[:, :2], axis=0)
    assert (np.isclose(moves, 0).sum(axis=1) == 1).all()
    np.testing.assert_allclose(stepped(drawn).points[[0, -1]], drawn.points[[0, -1]], atol=0.0126)


UNIPEN = """.INCLUDE pen/data/strokes.dat
.INCLUDE pen/not-there.doc
.SEGMENT CHARACTER 0-1 ? "7"
.SEGMENT DIGIT 2:1-2:2 OK "1"
.SEGMENT CHARACTER 2 ? "x"
.SEGMENT CHARACTER 9 ? "3"
"""
STROKES = """.COORD T X Y
.PEN_DOWN
0 100 300
1 200 300
2 200 100
.PEN_UP
9 9 9
.PEN_DOWN
4 100 200
5 250 200
.PEN_DOWN
6 0 900
7 50 500
8 50 0
"""


def test_recordings_are_read_upright_in_the_middle_of_the_pad(tmp_path):
    (tmp_path / "include/pen/data").mkdir(parents=True)
    (tmp_path / "include/pen/data/strokes.dat").write_text(STROKES)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/file.dat").write_text(UNIPEN)
    seven, one = read_recordings(tmp_path / "data")  # neither what is no digit nor what has no points
    assert (seven.digit, one.digit) == (7, 1)
    bar = seven.strokes[0].points
    assert (bar[1] - bar[0]).tolist() == pytest.approx([0.3, 0, 0], abs=1e-6)
    assert (bar[2] - bar[1]).tolist() == pytest.approx([0, 0.6, 0], abs=1e-6)  # y downwards
    assert seven.strokes[1].points[:, 0].tolist() == pytest.approx([0.275, 0.725])
    assert one.strokes[0].points[:, :2].ravel().tolist() == pytest.approx([0.5, 0.2, 0.5, 0.8])
    with pytest.raises(DataError, match="found no"):
        read_recordings(tmp_path / "include")
    with pytest.raises(DataError, match="No such file"):
        read_recordings(tmp_path / "missing")


@pytest.mark.parametrize(
    ("good", "bad"), [("X Y", "A B"), ("200 300", "200 three"), ("200 300", ""), ("0-1 ?", "0-one ?")]
)
def test_damaged_recordings_are_refused_by_name(tmp_path, good, bad):
    file = tmp_path / "file.dat"
    file.write_text((STROKES + UNIPEN).replace(good, bad))
    with pytest.raises(DataError, match=r"file\.dat: .*; expected numbers for points"):
        read_recordings(file)


def test_what_is_no_digit_gets_no_bold_answer(ready_made):
    for trace in traces():
        if trace.digit is None:
            answers = ask(ready_made, trace, "as drawn", 10, seed=3)
            assert answers.share(Certainty.SURE, right=False) <= 0.1, trace.style


def test_mnist_digits_are_read(probabilities, mnist):
    images, labels = mnist
    answers = probabilities(images)
    assert accuracy(answers, labels) > 0.99
    assert expected_calibration_error(answers, labels) < 0.02


def test_mnist_digits_drawn_large_are_read_as_well_as_directly(probabilities, mnist):
    images, labels = mnist
    again = probabilities([prepare(enlarged(image)).image for image in images])
    assert accuracy(again, labels) >= accuracy(probabilities(images), labels) - 0.003
