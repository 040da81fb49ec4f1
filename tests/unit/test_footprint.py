"""What a network will take, told before it is made, is what it takes once made."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nncore as nn
from nncore.build import build_model
from nncore.footprint import num_parameters, training_bytes
from tests.footprint import taken

RECIPES = st.builds(
    nn.Recipe,
    model=st.sampled_from(["mlp", "cnn"]),
    channels=st.lists(st.integers(1, 6), max_size=4).map(tuple),
    hidden=st.lists(st.integers(1, 20), max_size=3).map(tuple),
    batch_norm=st.booleans(),
    dropout=st.sampled_from([0.0, 0.5]),
    loss=st.sampled_from(["cross_entropy", "nll", "mse"]),
)


@settings(max_examples=60)
@given(RECIPES, st.tuples(st.integers(4, 12), st.integers(4, 12)), st.integers(2, 12))
def test_parameters_are_counted_as_they_are_built(
    recipe: nn.Recipe, image_shape: tuple[int, int], num_classes: int
) -> None:
    model = build_model(recipe, image_shape, num_classes)
    assert num_parameters(recipe, image_shape, num_classes) == model.num_parameters()


@pytest.mark.parametrize(
    "recipe",
    [
        nn.Recipe(hidden=(1024, 1024), optimizer="adam"),
        nn.Recipe(hidden=(512,), optimizer="sgd", momentum=0.9, batch_size=512),
        nn.Recipe(hidden=(256, 256), batch_norm=True, dropout=0.5, batch_size=2048),
        nn.Recipe(hidden=(512, 512), activation="gelu", batch_size=2048),
        nn.Recipe(hidden=(16,), test_batch_size=10_000),
    ],
    ids=["wide", "large batch", "batch norm and dropout", "GELU", "large test batch"],
)
def test_training_takes_about_what_was_foretold(recipe: nn.Recipe) -> None:
    """Networks without convolutions, which take the same natively; the others: e2e/test_footprint_in_page."""
    assert 0.6 < taken(recipe) / training_bytes(recipe, (28, 28), 10) < 1.2
