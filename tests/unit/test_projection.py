"""The plane of the projection parts what can be parted, agrees with the textbook, and holds still."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import Dataset, Recipe, load_digits
from tests.web.driving import finish
from web.insight import discriminant, projection

TRAIN, TEST = load_digits()


def classes_in(dimensions: int, count: int, classes: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Samples around a centre for each class, in more noise than signal."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    centres = 3 * rng.standard_normal((classes, dimensions))
    loud = np.linspace(0.3, 12, dimensions)  # some directions are all noise
    return (centres[labels] + loud * rng.standard_normal((count, dimensions))).astype(np.float64), labels


def textbook(features: np.ndarray, labels: np.ndarray, shrinkage: float) -> np.ndarray:
    """The same directions with S and its Cholesky factor written out."""
    means = np.array([features[labels == k].mean(axis=0) for k in np.unique(labels)])
    rest = features - means[labels]
    S = rest.T @ rest / len(features)
    S = (1 - shrinkage) * S + shrinkage * np.trace(S) / len(S) * np.eye(len(S))
    shares = np.bincount(labels) / len(labels)
    away = means - features.mean(axis=0)
    whiten = np.linalg.inv(np.linalg.cholesky(S))
    _, vectors = np.linalg.eigh(whiten @ (away.T * shares) @ away @ whiten.T)
    return whiten.T @ vectors[:, ::-1][:, :2]


def test_the_plane_is_the_textbooks() -> None:
    features, labels = classes_in(30, 400)
    plane = finish(discriminant.fisher_plane(features, labels, 0.2))
    expected = (features - features.mean(axis=0)) @ textbook(features, labels, 0.2)
    found = plane.points(features)
    turn = discriminant.procrustes(found, expected)
    assert np.abs(found @ turn - expected).max() < 0.05 * expected.std()


def test_fishers_plane_parts_classes_that_principal_components_do_not() -> None:
    features, labels = classes_in(30, 400)
    centred = features - features.mean(axis=0)
    principal = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    found = finish(discriminant.fisher_plane(features, labels)).points(features)
    assert nearest_mean_accuracy(found, labels) > 0.9 > 0.7 > nearest_mean_accuracy(principal, labels)


def nearest_mean_accuracy(points: np.ndarray, labels: np.ndarray) -> float:
    means = np.array([points[labels == k].mean(axis=0) for k in np.unique(labels)])
    distances = np.linalg.norm(points[:, None] - means, axis=2)
    return float((distances.argmin(axis=1) == labels).mean())


@pytest.mark.parametrize("classes", [2, 3])
def test_few_classes_still_span_a_plane(classes: int) -> None:
    features, labels = classes_in(20, 120, classes)
    points = finish(discriminant.fisher_plane(features, labels)).points(features)
    assert np.linalg.matrix_rank(points) == 2
    assert np.isfinite(points).all()
    assert nearest_mean_accuracy(points, labels) > 0.8


def test_features_without_any_scatter_do_no_harm() -> None:
    labels = np.arange(60) % 3
    plane = finish(discriminant.fisher_plane(np.eye(3)[labels], labels))
    assert np.isfinite(plane.points(np.eye(3))).all()


def test_conjugate_gradients_solve() -> None:
    rng = np.random.default_rng(1)
    factor = rng.standard_normal((40, 20))
    matrix, wanted = factor.T @ factor, rng.standard_normal((20, 3))
    found = finish(discriminant.solve(lambda v: matrix @ v, matrix @ wanted))
    assert np.linalg.norm(matrix @ (found - wanted)) < 0.02 * np.linalg.norm(matrix @ wanted)
    assert not finish(discriminant.solve(lambda v: matrix @ v, np.zeros((20, 2)))).any()


def test_procrustes_undoes_a_turn() -> None:
    points = np.random.default_rng(2).standard_normal((50, 2))
    turn = np.array([[0.6, 0.8], [0.8, -0.6]])  # a reflection
    assert points @ turn @ discriminant.procrustes(points @ turn, points) == pytest.approx(points)


@pytest.mark.parametrize("model", ["mlp", "cnn"])
def test_a_network_under_training_moves_the_picture_little_and_parts_the_digits(model: str) -> None:
    recipe = Recipe(model=model, hidden=(24,), channels=(4, 8), lr=0.2, epochs=3)
    trainer = recipe.build_trainer(TRAIN, TEST)
    network = trainer.model
    first = last = finish(projection.project(network, TRAIN[:300], TEST))
    for _ in range(40):
        trainer.advance()
        now = finish(projection.project(network, TRAIN[:300], TEST, last))
        assert np.linalg.norm(now.points - last.points, axis=1).mean() < 1.2
        last = now
    while trainer.advance():
        pass
    last = finish(projection.project(network, TRAIN[:300], TEST, last))
    assert nearest_mean_accuracy(last.points, TEST.labels) > nearest_mean_accuracy(first.points, TEST.labels)
    assert (last.predicted == TEST.labels).mean() > 0.7


def test_a_drawing_finds_its_place_among_the_digits() -> None:
    network = Recipe(hidden=(24,)).build_model(TRAIN)
    found = finish(projection.project(network, TRAIN[:300], TEST))
    features, _ = projection.last_hidden(network, TEST.inputs(slice(5, 6)))
    assert found.plane.points(features)[0] == pytest.approx(found.points[5], abs=1e-4)


def test_points_of_the_plane_can_be_projected_as_well_and_a_diverged_network_is_told() -> None:
    rng = np.random.default_rng(3)
    labels = np.arange(80) % 2
    plane = Dataset(rng.standard_normal((80, 2)) + labels[:, None], labels, num_classes=2)
    network = Recipe(hidden=(6,)).build_model(plane)
    assert np.isfinite(finish(projection.project(network, plane, plane)).points).all()
    network.parameters()[0].data[...] = np.inf
    with np.errstate(invalid="ignore"), pytest.raises(FloatingPointError, match="diverged"):
        finish(projection.project(network, plane, plane))
