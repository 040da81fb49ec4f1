"""What the presets reach on MNIST.  Needs its files (NNCORE_DATA, or the cache folder)."""

import pytest

import nncore as nn
from nncore.data.mnist import MNIST

pytestmark = [
    pytest.mark.skipif(MNIST.find() is None, reason="no MNIST: set NNCORE_DATA to a folder with mnist/*.gz"),
    pytest.mark.timeout(1800),
]


def accuracy_of(preset: str, **changes: object) -> float:
    train, test = nn.load_mnist()
    recipe = nn.PRESETS[preset].recipe.replace(dataset="mnist", **changes)
    epochs = [event for event in recipe.build_trainer(train, test) if isinstance(event, nn.EpochEvent)]
    return epochs[-1].test_accuracy


def test_the_corrected_notebook_passes_98_percent_in_10_epochs() -> None:
    assert nn.PRESETS["corrected"].recipe.epochs <= 10
    assert accuracy_of("corrected") > 0.98


def test_the_notebook_itself_is_far_below() -> None:
    assert 0.8 < accuracy_of("notebook", epochs=2) < 0.91


@pytest.mark.slow
def test_the_notebook_ends_near_91_percent() -> None:
    assert 0.90 < accuracy_of("notebook") < 0.92


@pytest.mark.slow
def test_the_small_cnn_passes_99_percent_in_5_epochs() -> None:
    assert nn.PRESETS["small-cnn"].recipe.epochs <= 5
    assert accuracy_of("small-cnn") > 0.99
