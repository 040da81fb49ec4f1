"""The command line, as a person uses it."""

import csv
import io
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nncore as nn
from nncore import checkpoint, commands
from nncore.cli import main
from nncore.inputs import read_picture
from nncore.progress_bar import progress_bar

FAST = ["--preset", "fast-mlp", "--hidden", "24"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "model.npz"
    assert main(["train", *FAST, "--epochs", "3", "--save", str(path)]) == 0
    return path


def test_the_module_runs_and_shows_help() -> None:
    command = [sys.executable, "-m", "nncore", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert all(command in shown for command in ("train", "evaluate", "predict", "presets", "gradcheck"))


def test_train_explains_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    shown = capsys.readouterr().out
    assert all("--" + name.replace("_", "-") in shown for name in nn.SETTINGS)


def test_train_writes_history_as_csv_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("history.csv", "history.json"):
        assert main(["train", *FAST, "--epochs", "2", "--history", str(tmp_path / name)]) == 0
    shown = capsys.readouterr()
    assert "test accuracy" in shown.out
    assert "Epoch 2: loss" in shown.err
    with (tmp_path / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    records = json.loads((tmp_path / "history.json").read_text())
    assert [int(row["epoch"]) for row in rows] == [record["epoch"] for record in records] == [1, 2]
    assert float(rows[1]["test_accuracy"]) == records[1]["test_accuracy"] > records[0]["test_accuracy"] / 2


def test_resume_goes_on_where_the_run_stood(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "run.npz")
    constant = [*FAST, "--schedule", "constant"]
    main(["train", *constant, "--epochs", "3"])
    whole = capsys.readouterr().out
    main(["train", *constant, "--epochs", "2", "--save", path])
    history = tmp_path / "history.json"
    main(["train", "--resume", path, "--epochs", "3", "--history", str(history)])
    assert [row["epoch"] for row in json.loads(history.read_text())] == [1, 2, 3]
    assert capsys.readouterr().out.splitlines()[-1] == whole.splitlines()[-1]
    assert main(["train", "--resume", path, "--hidden", "10"]) == 1
    assert "got hidden, expected only settings that may change" in capsys.readouterr().err
    assert main(["train", "--resume", path, "--preset", "notebook"]) == 1
    assert "got preset, expected only settings that may change" in capsys.readouterr().err


def test_a_setting_without_effect_is_noted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *FAST, "--epochs", "1", "--momentum", "0.5"]) == 0
    assert "note: momentum has no effect here, only if optimizer is sgd" in capsys.readouterr().err


def test_an_interrupted_run_is_saved_and_can_be_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupting:
        count = 0

        def __call__(self, event: nn.Event) -> None:
            self.count += 1
            if self.count == 10:
                raise KeyboardInterrupt

        def close(self) -> None:
            pass

    path = str(tmp_path / "run.npz")
    main(["train", *FAST, "--epochs", "2"])
    whole = capsys.readouterr().out
    with monkeypatch.context() as patch:
        patch.setattr(commands, "progress_bar", Interrupting)
        assert main(["train", *FAST, "--epochs", "2", "--save", path]) == 130
    assert f"--resume {path}" in capsys.readouterr().err
    main(["train", "--resume", path])
    assert capsys.readouterr().out == whole


def test_evaluate_prints_tables_and_json(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(model)]) == 0
    shown = capsys.readouterr().out
    assert "accuracy" in shown
    assert len(shown.splitlines()) == 13
    main(["evaluate", str(model), "--json"])
    record = json.loads(capsys.readouterr().out)
    assert 0.5 < record["accuracy"] <= 1
    assert np.sum(record["confusion"]) == np.sum(record["per_class"]["support"]) == 360
    assert set(record["per_class"]) == {"precision", "recall", "f1", "support"}


def test_predict_reads_pictures(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = np.full((40, 40), 250, np.uint8)
    picture[8:32, 18:22] = 10
    path = tmp_path / "one.npy"
    np.save(path, picture)
    assert main(["predict", str(model), str(path)]) == 0
    assert str(path) in capsys.readouterr().out
    main(["predict", str(model), str(path), "--json"])
    answer = json.loads(capsys.readouterr().out)[0]
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert answer["class"] == str(np.argmax(answer["probabilities"]))


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((20, 20)), "a picture of one colour"),
        (np.zeros((0, 0)), r"shape (0, 0)"),
        (np.zeros((3, 4, 5)), r"shape (3, 4, 5)"),
        (np.full((20, 20), np.nan), "not finite"),
        (None, "not a readable .npy array"),
    ],
)
def test_pictures_that_cannot_be_read_are_named(
    picture: np.ndarray | None, message: str, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "picture.npy"
    if picture is None:
        path.write_bytes(b"hello")
    else:
        np.save(path, picture)
    assert main(["predict", str(model), str(path)]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: {path}: ")
    assert message in error


def test_evaluate_takes_data_of_ones_own(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, test = nn.load_digits()
    path = tmp_path / "mine.npz"
    np.savez(path, x_train=test.images[:1], y_train=test.labels[:1], x_test=test.images, y_test=test.labels)
    assert main(["evaluate", str(model), "--data", str(path)]) == 0
    assert "'mine.npz', 360 images of 8x8" in capsys.readouterr().out
    np.savez(path, x_train=test.images, y_train=test.labels, x_test=test.images[:1], y_test=test.labels[:1])
    main(["evaluate", str(model), "--data", str(path), "--json"])
    recalls = json.loads(capsys.readouterr().out)["per_class"]["recall"]
    assert recalls.count(None) == 9  # classes without an image have no recall
    assert main(["evaluate", str(model), "--data", str(tmp_path)]) == 1
    assert "expected nothing for digits, which is built in" in capsys.readouterr().err


def test_gradcheck_wants_at_least_one_sample(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["gradcheck", "--samples", "0"])
    assert "got '0', expected a whole number of at least 1" in capsys.readouterr().err


def test_presets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets"]) == 0
    shown = capsys.readouterr().out
    assert all(f"{name}: " in shown for name in nn.PRESETS)
    main(["presets", "--json"])
    assert set(json.loads(capsys.readouterr().out)) == set(nn.PRESETS)


def test_gradcheck_finds_the_gradients_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gradcheck", "--preset", "small-cnn", "--samples", "2"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("fine")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--lr", "quick"], "lr: got 'quick', expected a number from 0 to 100"),
        (["train", "--optimizer", "sdg"], "expected one of sgd"),
        (["train", "--dataset", "mnist", "--data", "/nowhere"], "MNIST was not found"),
        (["train", "--dataset", "own"], "expected --data with an .npz file"),
        (
            ["train", "--lr", "100", "--hidden", "64,64", "--activation", "leaky_relu"],
            "training diverged at step",
        ),
        (["train", "--resume", "nowhere.npz"], "nowhere.npz: no such file"),
        (["train", "--save", "nowhere/model.npz"], "nowhere/model.npz: cannot be written"),
        (["train", "--history", "."], ".: cannot be written, expected the name of a file"),
        (["train", "--data", "mine.npz"], "expected nothing for digits, which is built in"),
        (["train", "--batch-size", "4", "--batch-norm", "yes"], "batch_norm: got a batch of 1"),
        (["train", "--batch-size", "2000", "--drop-last", "yes"], "expected at least one batch"),
        (["train", "--epochs", "9" * 400], "expected a whole number from 1 to 10000"),
        (["evaluate", __file__], "not a readable .npz"),
        (["predict", "nowhere.npz", "x.npy"], "no such file"),
    ],
)
def test_errors_are_one_helpful_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("error: ")
    assert message in error


def test_own_data_can_be_trained_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train, _ = nn.load_digits()
    path = tmp_path / "mine.npz"
    np.savez(path, images=train.images[:200] / 16, labels=train.labels[:200])
    assert main(["train", *FAST, "--epochs", "1", "--dataset", "own", "--data", str(path)]) == 0
    assert "test accuracy" in capsys.readouterr().out


def test_a_terminal_gets_the_notebooks_two_bars() -> None:
    pytest.importorskip("tqdm", reason="tqdm is not installed; plain lines are shown instead")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    show = progress_bar(terminal)
    train, test = nn.load_digits()
    for event in nn.Recipe(hidden=(8,), epochs=1, test_batch_size=120).build_trainer(train, test):
        show(event)
    shown = terminal.getvalue()
    assert re.search(r"Train epoch:1 : 100%.* 23/23 .*loss: \d\.\d{4}  Acc:\d+\.\d\d%", shown)
    assert re.search(r"Test epoch:1 : 100%.* 3/3 .*Acc \[\d+/360 \(\d+\.\d\d%\)\]", shown)


def test_models_for_other_images_cannot_read_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe, path = nn.Recipe(hidden=(4,)), tmp_path / "odd.npz"
    data = nn.Dataset(np.zeros((1, 5, 7), np.uint8), np.zeros(1, np.int64))
    checkpoint.save(path, recipe.build_model(data), recipe, data.image_shape)
    assert main(["predict", str(path), "x.npy"]) == 1
    assert "images of (5, 7), expected square ones of 28 or 8 pixels" in capsys.readouterr().err


CODE = """
print("running")


class Tanh(Module):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad_output):
        return {gradient}
"""


@pytest.fixture
def own_code(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(CODE.format(gradient="(1 - self.y**2) * grad_output"))
    return path


def test_own_code_is_checked_trained_and_saved(
    own_code: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.npz"
    arguments = ["train", "--hidden", "24", "--epochs", "2", "--code", str(own_code), "--save", str(path)]
    assert main(arguments) == 0
    shown = capsys.readouterr()
    assert "test accuracy" in shown.out
    assert "Tanh, line 5: right: " in shown.err
    assert checkpoint.load(path).code == own_code.read_text()
    assert main(["code", str(path)]) == 0
    assert capsys.readouterr().out == own_code.read_text()


def test_a_wrong_gradient_is_shown_as_a_table(own_code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_code.write_text(CODE.format(gradient="grad_output"))
    assert main(["train", "--hidden", "8", "--epochs", "1", "--code", str(own_code)]) == 0
    shown = capsys.readouterr().err
    assert "Tanh, line 10: WRONG: backward: the gradient of the input differs" in shown
    assert re.search(r"input\[\d+, \d+\] +analytic [+-]\d.* numeric [+-]\d", shown)


def test_code_in_a_model_runs_only_when_allowed(
    own_code: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "model.npz")
    main(["train", "--hidden", "24", "--epochs", "1", "--code", str(own_code), "--save", path])
    capsys.readouterr()
    for command in (["evaluate", path], ["train", "--resume", path, "--epochs", "2"]):
        assert main(command) == 1
        shown = capsys.readouterr()
        assert "add --run-code" in shown.err
        assert "running" not in shown.out
        assert main([*command, "--run-code"]) == 0
        shown = capsys.readouterr()
        assert "running" in shown.out
        assert "accuracy" in shown.out
    main(["evaluate", path, "--run-code", "--json"])
    shown = capsys.readouterr()
    assert "running" in shown.err
    assert 0 <= json.loads(shown.out)["accuracy"] <= 1


@pytest.mark.parametrize(
    ("text", "words"),
    [("def f(:", "line 1: SyntaxError"), ("x = y", "line 1: NameError"), (None, "no such file")],
)
def test_own_code_that_does_not_run_is_told(
    text: str | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.py"
    if text is not None:
        path.write_text(text)
    assert main(["train", "--code", str(path)]) == 1
    assert words in capsys.readouterr().err


def test_ctrl_c_in_the_middle_of_a_step_saves_no_half_done_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["train", *FAST, "--epochs", "2", "--dropout", "0.3", "--optimizer", "adam"]
    whole, parted = str(tmp_path / "whole.npz"), str(tmp_path / "parted.npz")
    main([*options, "--save", whole])
    update, count = nn.Adam.update, iter(range(10**6))

    def interrupted(self: nn.Adam, index: int, parameter: nn.Parameter) -> None:
        update(self, index, parameter)
        if next(count) == 42:  # of the parameters of a step some are changed already
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(nn.Adam, "update", interrupted)
        assert main([*options, "--save", parted]) == 130
    main(["train", "--resume", parted, "--save", parted])
    one, other = checkpoint.load(Path(whole)).weights, checkpoint.load(Path(parted)).weights
    for name, array in one.items():
        np.testing.assert_array_equal(other[name], array)


@pytest.mark.parametrize("kind", ["transparent", "16 bits", "turned"])
def test_pictures_are_read_as_a_viewer_shows_them(kind: str, tmp_path: Path) -> None:
    images = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    drawn = np.zeros((60, 100), np.uint8)
    drawn[10:20, 20:90] = 255
    path = tmp_path / "drawn.png"
    if kind == "transparent":
        images.fromarray(np.stack([drawn * 0, drawn * 0, drawn * 0, drawn], -1)).save(path)
        expected = 255.0 - drawn
    elif kind == "16 bits":
        images.fromarray(np.where(drawn, np.uint16(20000), np.uint16(50000))).save(path)
        expected = np.where(drawn, 20000.0, 50000.0)
    else:
        exif = images.Exif()
        exif[0x0112] = 6  # to be turned right by a quarter
        images.fromarray(255 - drawn).save(path, exif=exif)
        expected = np.rot90(255.0 - drawn, -1)
    np.testing.assert_array_equal(read_picture(path), expected)
