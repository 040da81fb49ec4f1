"""Forward, backward and optimiser trajectories against PyTorch: stored figures, and itself if installed."""

import numpy as np
import pytest

from tests import reference


@pytest.fixture(scope="module")
def ours() -> reference.Figures:
    return reference.ours()


def assert_same(ours: reference.Figures, theirs: reference.Figures) -> None:
    assert set(ours) == set(theirs)
    for name, figure in theirs.items():
        np.testing.assert_allclose(ours[name], figure, rtol=1e-7, atol=1e-9, err_msg=name)


def test_stored_figures(ours: reference.Figures) -> None:
    with np.load(reference.FIGURES) as stored:
        assert_same(ours, dict(stored))


def test_pytorch_itself(ours: reference.Figures) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed; its stored figures were compared")
    assert_same(ours, reference.theirs())
