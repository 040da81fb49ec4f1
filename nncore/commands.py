"""What each command of the command line does; returns the exit code."""

from __future__ import annotations

import json
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore import checkpoint, custom, history, own_code
from nncore.data import load_data, load_digits
from nncore.errors import DataError, RecipeError
from nncore.evaluate import evaluate, predict
from nncore.events import EpochEvent
from nncore.gradcheck import TOLERANCE, gradcheck
from nncore.inputs import read_picture
from nncore.metrics import expected_calibration_error, per_class
from nncore.preprocess import FORMATS, ink_from_image, prepare
from nncore.presets import PRESETS
from nncore.progress_bar import progress_bar
from nncore.recipe import SETTINGS, Recipe

DEFAULT_PRESET = "corrected"


def train(options: Namespace) -> int:
    """`train`: build the trainer, consume its events, write what was asked for."""
    _check_writable(options.save, options.history)
    saved = _load(options.resume) if options.resume else None
    recipe = _recipe(options, saved)
    train_data, test_data = load_data(
        recipe.dataset, options.data, download=options.download, **recipe.data_options
    )
    program = own_code.program(options.code, options.run_code, options.resume, saved)
    own_code.report(program, recipe, train_data)
    trainer = custom.build_trainer(recipe, program, train_data, test_data)
    if saved:
        saved.restore(trainer)
        custom.apply_live(recipe, program, trainer)
    show = progress_bar()
    rows = history.rows(saved.info.get("history", [])) if saved else []
    done = len(rows)

    def save() -> None:
        if options.save:
            shape, classes = train_data.sample_shape, train_data.num_classes
            info = {"history": rows, "class_names": train_data.class_names}
            checkpoint.save(
                options.save, trainer.model, recipe, shape, classes,
                trainer=trainer, info=info, code=program.text,
            )  # fmt: skip
        if options.history:
            history.write(options.history, rows)

    try:
        with _between_events() as look:
            for event in trainer.events():
                show(event)
                if isinstance(event, EpochEvent):
                    rows.append(history.row(event))
                    save()
                look()
    except KeyboardInterrupt:
        show.close()
        save()
        if options.save:
            print(
                f"saved; go on with: python -m nncore train --resume {options.save} --save {options.save}",
                file=sys.stderr,
            )
        raise
    print(_result(rows[done:]))
    return 0


@contextmanager
def _between_events() -> Iterator[Callable[[], None]]:
    """Hold Ctrl+C back until the function that it gives is called: what is saved then is no half-done step.

    A second one does not wait.
    """
    asked = False

    def note(*_: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    def look() -> None:
        if asked:
            raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGINT, note)
    except ValueError:  # not in the main thread, which alone gets signals
        yield look
        return
    try:
        yield look
    finally:
        signal.signal(signal.SIGINT, before)


def _check_writable(*paths: Path | None) -> None:
    """Raise DataError unless files can be written there; to learn that after an epoch would be late."""
    for path in paths:
        if path and (path.is_dir() or not path.parent.is_dir()):
            raise DataError(f"{path}: cannot be written, expected the name of a file in an existing folder")


def _load(path: Path) -> checkpoint.Checkpoint:
    """A model from its file, with a word where its weights are of no use."""
    saved = checkpoint.load(path)
    if saved.nonfinite:
        print(f"note: {path}: {saved.nonfinite_words}", file=sys.stderr)
    return saved


def _recipe(options: Namespace, saved: checkpoint.Checkpoint | None) -> Recipe:
    """The settings of the saved run or of the preset, changed as the options say."""
    given = {name: text for name in SETTINGS if (text := getattr(options, f"set_{name}")) is not None}
    changes = {name: SETTINGS[name].parse(text) for name, text in given.items()}
    fixed = ["preset"] * bool(options.preset) + [name for name in changes if not SETTINGS[name].live]
    if saved and fixed:
        live = ", ".join(name for name, setting in SETTINGS.items() if setting.live)
        raise RecipeError(
            f"--resume: got {', '.join(fixed)}, expected only settings that may change during a run: {live}"
        )
    recipe = (saved.recipe if saved else PRESETS[options.preset or DEFAULT_PRESET].recipe).replace(**changes)
    for name in changes:
        if not SETTINGS[name].applies(recipe):
            print(f"note: {name} has no effect here, only if {SETTINGS[name].condition}", file=sys.stderr)
    return recipe


def _result(rows: list[history.Row]) -> str:
    """What to say at the end of a run that added these rows."""
    if not rows:
        return "nothing to do: all epochs of this run are done; ask for more with --epochs"
    epoch, accuracy = rows[-1]["epoch"], rows[-1]["test_accuracy"]
    if accuracy is None:
        return f"not tested, as there are no test images, after epoch {epoch}"
    return f"test accuracy: {100 * accuracy:.2f}% after epoch {epoch}"


def evaluate_model(options: Namespace) -> int:
    """`evaluate`: test figures of a saved model."""
    saved = _load(options.model)
    own = options.data is not None and options.data.suffix == ".npz"
    recipe = saved.recipe.replace(dataset="own") if own else saved.recipe
    _, test_data = load_data(recipe.dataset, options.data, download=options.download, **recipe.data_options)
    if test_data.sample_shape != saved.image_shape:
        raise DataError(
            f"{options.model}: got data of {test_data.sample_shape}, expected {saved.image_shape}, for which "
            "the model was built; name such data with --data"
        )
    with own_code.aside(options.json):
        model, criterion = own_code.build(saved, options.model, options.run_code)
        result = evaluate(model, criterion, test_data, saved.recipe.test_batch_size)
    figures = per_class(result.confusion)
    calibration = expected_calibration_error(result.probabilities, test_data.labels)
    if options.json:
        record = {
            "loss": _number(result.loss),
            "accuracy": result.accuracy,
            "expected_calibration_error": _number(calibration),
            "confusion": result.confusion.tolist(),
            "per_class": {name: _numbers(values) for name, values in vars(figures).items()},
        }
        print(json.dumps(record))
        return 0
    print(
        f"{test_data!r}\n"
        f"loss {result.loss:.4f}   accuracy {100 * result.accuracy:.2f}%   calibration error "
        f"{calibration:.4f}"
    )
    more = range(test_data.num_classes, len(result.confusion))  # that the network knows and the data do not
    names = (*test_data.class_names, *map(str, more))
    width = max(map(len, ("class", *names)))
    print(f"{'class':{width}s}  precision  recall     f1  samples")
    for k, name in enumerate(names):
        p, r, f1 = figures.precision[k], figures.recall[k], figures.f1[k]
        print(f"{name:>{width}s}  {p:9.4f}  {r:6.4f} {f1:6.4f}  {figures.support[k]:7d}")
    return 0


def _numbers(values: NDArray) -> list[float | None]:
    """The values for JSON."""
    return [_number(value) for value in values.tolist()]


def _number(value: float) -> float | None:
    """The value for JSON, which has no NaN."""
    return value if np.isfinite(value) else None


def predict_pictures(options: Namespace) -> int:
    """`predict`: the class of each picture."""
    saved = _load(options.model)
    size = saved.image_shape[0]
    if saved.image_shape != (size, size) or size not in FORMATS:
        raise DataError(
            f"{options.model}: got a model for images of {saved.image_shape}, expected square ones of "
            f"{' or '.join(map(str, FORMATS))} pixels, for which pictures can be prepared"
        )
    with own_code.aside(options.json):
        answers = list(_answers(options, saved, size))
    if options.json:
        print(json.dumps(answers))
        return 0
    for answer in answers:
        best = sorted(range(len(answer["probabilities"])), key=lambda k: -answer["probabilities"][k])[:3]
        words = ", ".join(f"{saved.class_names[k]}: {100 * answer['probabilities'][k]:.1f}%" for k in best)
        print(f"{answer['picture']}: {answer['class']}   ({words})")
    return 0


def _answers(options: Namespace, saved: checkpoint.Checkpoint, size: int) -> Iterator[dict[str, Any]]:
    """What the saved network for size x size pixels says of each picture."""
    model, criterion = own_code.build(saved, options.model, options.run_code)
    for path in options.pictures:
        ink = ink_from_image(read_picture(path))
        if not ink.any():
            raise DataError(f"{path}: got a picture of one colour, expected a drawing on paper")
        prepared = prepare(ink, size)
        if prepared.empty:
            raise DataError(f"{path}: got a picture of lines too thin to be seen at {size} x {size} pixels")
        image = prepared.image
        probabilities = predict(model, criterion, image.astype(np.float32)[None, None])[0]
        yield {
            "picture": str(path),
            "class": saved.class_names[probabilities.argmax()],
            "probabilities": _numbers(probabilities) if options.json else probabilities.tolist(),
        }


def show_code(options: Namespace) -> int:
    """`code`: the Python text in a saved model, which is not run."""
    saved = _load(options.model)
    if not saved.code:
        print(f"note: {options.model} holds no code of its own", file=sys.stderr)
    print(saved.code, end="")
    return 0


def list_presets(options: Namespace) -> int:
    """`presets`: what there is to start from."""
    if options.json:
        print(json.dumps({name: preset.recipe.to_dict() for name, preset in PRESETS.items()}))
        return 0
    for name, preset in PRESETS.items():
        settings = "  ".join(
            f"{key}={SETTINGS[key].format(value)}" for key, value in preset.recipe.changes().items()
        )
        print(f"{name}: {preset.title}\n    {preset.summary}\n    {settings or 'all at their defaults'}")
    return 0


def check_gradients(options: Namespace) -> int:
    """`gradcheck`: analytic against numeric derivatives of a preset's network, exit code 1 if they differ."""
    recipe: Recipe = PRESETS[options.preset].recipe
    data, _ = load_digits()
    model, criterion = recipe.build_model(data), recipe.build_criterion()
    batch = slice(0, 8)
    samples = gradcheck(model, data.inputs(batch), criterion, data.labels[batch], samples=options.samples)
    for sample in samples:
        place = f"{sample.name}[{', '.join(map(str, sample.index))}]"
        print(
            f"{place:24s} analytic {sample.analytic:+.8e}  numeric {sample.numeric:+.8e}"
            f"  error {sample.relative_error:.1e}"
        )
    worst = max(sample.relative_error for sample in samples)
    print(f"largest relative error {worst:.1e}, {'fine' if worst < TOLERANCE else 'too large'}")
    return int(worst >= TOLERANCE)
