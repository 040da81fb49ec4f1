"""Whatever a file holds, opening it works or ends in an error of nncore's own; nothing else, ever."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nncore as nn
from nncore import checkpoint
from nncore.data import load_idx, load_npz, parse_idx
from nncore.errors import CheckpointError, DataError, DivergenceError, RecipeError
from nncore.inputs import read_picture
from nncore.npz import read_json
from tests.files import idx, npz
from tests.hostile import JSON, bomb, damaged, packed, rebuilt, unpacked

CORPUS = Path(__file__).with_name("corpus")
TRAIN, TEST = (part[:40] for part in nn.load_digits())
RECIPE = nn.Recipe(
    hidden=(4,), batch_norm=True, dropout=0.2, optimizer="adam", epochs=2, batch_size=10, test_batch_size=20
)


def _saved_run() -> bytes:
    trainer = RECIPE.build_trainer(TRAIN, TEST)
    for _ in range(6):  # into the first test
        trainer.advance()
    file = io.BytesIO()
    checkpoint.save(file, trainer.model, RECIPE, (8, 8), 10, trainer=trainer, info={"history": []})
    return file.getvalue()


RUN = _saved_run()
IMAGES, LABELS = np.arange(20 * 12, dtype=np.uint8).reshape(20, 4, 3), np.arange(20) % 3
DATA = npz(images=IMAGES, labels=LABELS)
KERAS = npz(x_train=IMAGES, y_train=LABELS, x_test=IMAGES / 255, y_test=LABELS)
PIXELS, CLASSES = idx(IMAGES), idx(LABELS)


def open_model(content: bytes) -> None:
    """All that is done with a model's file: what it gives must work, too."""
    try:
        saved = checkpoint.load(content)
        model = saved.build_model()
    except CheckpointError:
        return
    with np.errstate(all="ignore"):
        model(np.zeros((2, 1, *saved.image_shape), np.float32))
    try:
        trainer = saved.recipe.build_trainer(TRAIN, TEST)
        saved.restore(trainer)
        for _ in range(3):
            trainer.advance()
    except (CheckpointError, RecipeError, DivergenceError):
        pass


def open_data(content: bytes) -> None:
    try:
        train, test = load_npz(content)
    except DataError:
        return
    assert train.image_shape == test.image_shape
    assert train.num_classes == test.num_classes <= 1000
    assert np.isfinite(train.inputs()).all()


def open_idx(content: bytes) -> None:
    for images, labels in ((content, CLASSES), (PIXELS, content)):
        with contextlib.suppress(DataError):
            load_idx(images, labels)


thorough = settings(
    max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@thorough
@given(damaged(RUN) | rebuilt(RUN))
def test_models(content: bytes) -> None:
    open_model(content)


@thorough
@given(damaged(DATA) | rebuilt(DATA) | damaged(KERAS) | rebuilt(KERAS))
def test_own_data(content: bytes) -> None:
    open_data(content)


@thorough
@given(damaged(PIXELS) | damaged(CLASSES) | damaged(gzip.compress(PIXELS)) | st.binary(max_size=40))
def test_idx_files(content: bytes) -> None:
    open_idx(content)


@thorough
@given(st.dictionaries(st.sampled_from(sorted(nn.SETTINGS)) | st.text(max_size=8), JSON, max_size=4) | JSON)
def test_recipes_from_json(values: Any) -> None:
    try:
        recipe = nn.Recipe.from_dict(values)
    except RecipeError:
        return
    assert nn.Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


@settings(max_examples=50)
@given(st.data())
def test_pictures(data: st.DataObject) -> None:
    file = io.BytesIO()
    np.save(file, IMAGES[0])
    path = CORPUS.parent / "drawing.npy"
    try:
        path.write_bytes(data.draw(damaged(file.getvalue()) | st.just(DATA)))
        read_picture(path)
    except DataError:
        pass
    finally:
        path.unlink()


READERS: dict[str, Callable[[bytes], None]] = {"model": open_model, "data": open_data, "idx": open_idx}


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.*")), ids=lambda path: path.name)
def test_files_that_once_did_harm(path: Path) -> None:
    """Each is named `reader-what is wrong with it`, and is refused."""
    kind = path.name.partition("-")[0]
    READERS[kind](path.read_bytes())
    refusing: dict[str, Callable[[bytes], Any]] = {
        "model": lambda content: checkpoint.load(content).restore(RECIPE.build_trainer(TRAIN, TEST)),
        "data": load_npz,
        "idx": parse_idx,
    }
    with pytest.raises((CheckpointError, DataError)):
        refusing[kind](path.read_bytes())


PIXELS_OF_600_MB = gzip.compress(
    bytes([0, 0, 8, 3, 0, 0, 2, 88, 0, 0, 3, 232, 0, 0, 3, 232]) + bytes(600_000_000), 1
)


@pytest.mark.parametrize(
    ("opened", "content"),
    [(load_npz, bomb("images", 600)), (parse_idx, PIXELS_OF_600_MB)],
    ids=["npz", "idx"],
)
def test_a_small_file_that_would_unpack_to_more_than_fits_is_refused_before_it_does(
    opened: Callable[[bytes], Any], content: bytes
) -> None:
    assert len(content) < 4_000_000
    with peak_below(20_000_000), pytest.raises(DataError, match=r"got 600 MB .*expected at most 537 MB"):
        opened(content)


@contextlib.contextmanager
def peak_below(limit: int) -> Iterator[None]:
    """Fail where more than `limit` bytes are taken at once."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < limit


def test_json_is_refused_for_its_depth_before_the_parser_runs_out_of_stack() -> None:
    text = "[" * 32 + '"[[[[\\\\"' + "]" * 32
    assert str(read_json(text)).count("[") == 36
    with pytest.raises(ValueError, match="nested 33 deep, expected at most 32"):
        read_json(f"[{text}]")


def test_weights_that_do_not_belong_to_the_recipe_are_never_unpacked() -> None:
    """Within the limit of size, but not the network that the recipe describes."""
    content = packed(unpacked(RUN) | {"weights/1.weight": np.zeros(50_000_000, np.float32)})
    refused = pytest.raises(CheckpointError, match=r"got 50,000,\d+ weights, expected 318 for the recipe")
    with peak_below(20_000_000), refused:
        checkpoint.load(content)


def test_weights_that_are_not_finite_are_told() -> None:
    entries = unpacked(RUN)
    assert checkpoint.load(RUN).nonfinite == []
    entries["weights/1.weight"][0, 0] = np.nan
    assert checkpoint.load(packed(entries)).nonfinite == ["1.weight"]
