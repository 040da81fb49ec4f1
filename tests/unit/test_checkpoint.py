"""Checkpoints: exact, resumable, and refused with a reason when they are not ours."""

import io
from pathlib import Path

import numpy as np
import pytest

import nncore as nn
from nncore import checkpoint, custom
from nncore.errors import CheckpointError

TRAIN, TEST = nn.load_digits()
RECIPE = nn.Recipe(hidden=(12,), batch_norm=True, dropout=0.2, optimizer="adam", lr=0.01, epochs=2)


def saved(trainer: nn.Trainer | None = None, recipe: nn.Recipe = RECIPE, **options: object) -> bytes:
    buffer = io.BytesIO()
    model = trainer.model if trainer else recipe.build_model(TRAIN)
    checkpoint.save(buffer, model, recipe, (8, 8), 10, trainer=trainer, **options)
    return buffer.getvalue()


def changed(content: bytes, **entries: object) -> bytes:
    """The checkpoint with some entries replaced, or removed where the value is None."""
    with np.load(io.BytesIO(content)) as file:
        arrays = dict(file) | entries
    buffer = io.BytesIO()
    np.savez(buffer, **{name: array for name, array in arrays.items() if array is not None})
    return buffer.getvalue()


def test_a_saved_model_answers_as_before(tmp_path: Path) -> None:
    model = RECIPE.build_model(TRAIN)
    model(TRAIN.inputs(slice(0, 50)))  # moves the running statistics
    path = tmp_path / "model.npz"
    checkpoint.save(path, model, RECIPE, (8, 8), info={"note": "α"})
    loaded = checkpoint.load(path)
    assert (loaded.recipe, loaded.image_shape, loaded.num_classes) == (RECIPE, (8, 8), 10)
    assert loaded.info == {"note": "α"}
    x = TEST.inputs()
    np.testing.assert_array_equal(loaded.build_model()(x), model.eval()(x))
    assert [file.name for file in tmp_path.iterdir()] == ["model.npz"]


def test_numpy_alone_reads_the_weights() -> None:
    with np.load(io.BytesIO(saved()), allow_pickle=False) as file:
        assert file["weights/1.weight"].shape == (64, 12)
        assert str(file["format"]) == "nncore"


def test_half_precision_halves_the_file_and_loads_as_float32() -> None:
    recipe = RECIPE.replace(hidden=(500,))
    full, half = saved(recipe=recipe), saved(recipe=recipe, dtype=np.float16)
    assert len(half) < 0.6 * len(full)
    a, b = checkpoint.load(full).build_model(), checkpoint.load(half).build_model()
    assert b[1].weight.data.dtype == np.float32
    np.testing.assert_allclose(a[1].weight.data, b[1].weight.data, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("steps", [3, 24])
def test_a_resumed_run_goes_on_to_the_bit(steps: int) -> None:
    whole = list(RECIPE.build_trainer(TRAIN, TEST))
    first = RECIPE.build_trainer(TRAIN, TEST)
    events = [first.advance() for _ in range(steps)]
    loaded = checkpoint.load(saved(first))
    second = loaded.recipe.build_trainer(TRAIN, TEST)
    loaded.restore(second)
    assert events + list(second) == whole


def test_weights_alone_cannot_be_resumed() -> None:
    with pytest.raises(CheckpointError, match="weights alone"):
        checkpoint.load(saved()).restore(RECIPE.build_trainer(TRAIN))


def test_a_run_is_not_restored_into_another_network() -> None:
    trainer = RECIPE.build_trainer(TRAIN)
    trainer.advance()
    loaded = checkpoint.load(saved(trainer))
    with pytest.raises(CheckpointError, match="does not fit"):
        loaded.restore(RECIPE.replace(hidden=(13,)).build_trainer(TRAIN))


GOOD = saved()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a readable .npz"),
        (b"hello", "not a readable .npz"),
        (GOOD[: len(GOOD) // 2], "not a readable .npz"),
        (GOOD[:400] + b"\0\0\0\0" + GOOD[404:], "not a readable .npz|damaged"),
        (changed(GOOD, format=np.array("other")), "expected a checkpoint written by nncore"),
        (changed(GOOD, version=99), "version 99, expected at most 1; update nncore"),
        (changed(GOOD, recipe=None), "damaged or incomplete: 'recipe'"),
        (changed(GOOD, recipe=np.array("{")), "damaged or incomplete"),
        (changed(GOOD, image_shape=np.array([8, 8, 8])), r"image_shape: got int64 of shape \(3,\), expected"),
        (changed(GOOD, num_classes=np.array("ten")), "damaged or incomplete"),
        (changed(GOOD, info=np.array("[1]")), "damaged or incomplete"),
        (changed(GOOD, recipe=np.array('{"lr": -1}')), "lr: got -1"),
    ],
)
def test_foreign_and_damaged_files_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        checkpoint.load(content)


def test_pickles_are_never_opened() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, format=np.array({"format": "nncore"}, dtype=object))
    with pytest.raises(CheckpointError, match="not a readable"):
        checkpoint.load(buffer.getvalue())


def test_weights_that_do_not_fit_their_recipe_are_refused() -> None:
    with pytest.raises(CheckpointError, match="got 199 weights, expected 934 for the recipe"):
        checkpoint.load(changed(GOOD, **{"weights/1.weight": np.zeros((3, 3))}))
    wrong = checkpoint.load(changed(GOOD, **{"weights/1.weight": np.zeros((12, 64))}))
    with pytest.raises(CheckpointError, match=r"do not fit.*1\.weight: got an array of shape \(12, 64\)"):
        wrong.build_model()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(CheckpointError, match=r"nowhere\.npz: no such file"):
        checkpoint.load("nowhere.npz")


def test_code_is_carried_as_text_and_needs_a_program(tmp_path: Path) -> None:
    """A network of one's own comes back with its weights; loading runs nothing."""
    train, _ = nn.load_digits()
    layers = "Flatten(), Linear(inputs, 7), Linear(7, classes)"
    text = f"def network(inputs, classes):\n    return Sequential({layers})"
    program = custom.Program(text).run()
    recipe = nn.Recipe()
    model = custom.build_model(recipe, program, train.sample_shape, train.num_classes)
    checkpoint.save(tmp_path / "own.npz", model, recipe, train.image_shape, code=text)
    saved = checkpoint.load(tmp_path / "own.npz")
    assert saved.code == text
    with pytest.raises(CheckpointError, match="was not run"):
        saved.build_model()
    again = saved.build_model(program=program)
    x = train.inputs(slice(0, 3))
    np.testing.assert_array_equal(again(x), model(x))
    with pytest.raises(CheckpointError, match="do not fit"):
        saved.build_model(program=custom.Program("").run())


def test_a_long_text_of_code_is_kept_whole_and_an_endless_one_refused(tmp_path: Path) -> None:
    recipe = nn.Recipe(hidden=(4,))
    train, _ = nn.load_digits()
    model = recipe.build_model(train)
    long, endless = "# a\n" * 200_000, "# a\n" * 250_001
    checkpoint.save(tmp_path / "long.npz", model, recipe, train.image_shape, code=long)
    assert checkpoint.load(tmp_path / "long.npz").code == long
    checkpoint.save(tmp_path / "endless.npz", model, recipe, train.image_shape, code=endless)
    with pytest.raises(nn.CheckpointError):
        checkpoint.load(tmp_path / "endless.npz")


def test_the_history_of_the_longest_run_can_be_read_again(tmp_path: Path) -> None:
    recipe = nn.Recipe(hidden=(4,), epochs=10_000)
    train, _ = nn.load_digits()
    third = 1 / 3
    row = {
        "epoch": 9999,
        "train_loss": third,
        "train_accuracy": third,
        "test_loss": third,
        "test_accuracy": third,
    }
    info = {"history": [row] * recipe.epochs, "class_names": train.class_names}
    checkpoint.save(tmp_path / "long.npz", recipe.build_model(train), recipe, train.image_shape, info=info)
    assert len(checkpoint.load(tmp_path / "long.npz").info["history"]) == 10_000


def test_a_weight_too_large_for_the_dtype_asked_for_is_no_infinity() -> None:
    trainer = RECIPE.build_trainer(TRAIN)
    trainer.model.parameters()[0].data[0, 0] = 7e4
    with pytest.raises(ValueError, match=r"weight: got numbers up to 7e\+04, expected at most 6\.55e\+04"):
        saved(trainer, dtype=np.float16)
