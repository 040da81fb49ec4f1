"""The network that ships with the page: how it reads, and when it is unsure."""

from __future__ import annotations

import numpy as np
import pytest

from nncore.activations import log_softmax
from nncore.data import load_mnist
from nncore.errors import DataError
from nncore.metrics import expected_calibration_error
from nncore.preprocess import prepare
from nncore.preprocess.resample import Box, resample
from web.pad import Certainty, judge
from web.pretrained import WEIGHTS, load_ready_made
from web.pretrained.check import traces, variations

HANDS = 4
NO_DIGITS = [
    "plus", "cross", "two-ones", "ten", "forty-two", "seventy", "scribble", "tangle", "star", "letter-m",
    "letter-r",
]  # fmt: skip


@pytest.fixture(scope="module")
def probabilities():
    model = load_ready_made()
    return lambda images: np.exp(log_softmax(model(np.asarray(images)[:, None])))


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


def test_handwriting_of_styles_it_was_not_trained_on_is_read(probabilities):
    drawings = [(t.digit, s) for t in traces() if t.digit is not None for s in variations(t, HANDS, seed=3)]
    answers = probabilities([prepare(strokes).image for _, strokes in drawings])
    labels = np.array([digit for digit, _ in drawings])
    assert accuracy(answers, labels) > 0.98
    assert expected_calibration_error(answers, labels) < 0.02
    refused = np.mean([judge(row).certainty is Certainty.NONE for row in answers])
    assert refused < 0.01


def test_what_is_no_digit_gets_no_bold_answer(probabilities):
    for trace in traces():
        if trace.style in NO_DIGITS and trace.digit is None:
            answers = probabilities([prepare(strokes).image for strokes in variations(trace, 10, seed=3)])
            bold = [judge(row).certainty is Certainty.SURE for row in answers]
            assert np.mean(bold) <= 0.1, trace.style


def test_mnist_digits_are_read(probabilities, mnist):
    images, labels = mnist
    answers = probabilities(images)
    assert accuracy(answers, labels) > 0.99
    assert expected_calibration_error(answers, labels) < 0.02


def test_mnist_digits_drawn_large_are_read_as_well_as_directly(probabilities, mnist):
    images, labels = mnist
    again = probabilities([prepare(enlarged(image)).image for image in images])
    assert accuracy(again, labels) >= accuracy(probabilities(images), labels) - 0.003
