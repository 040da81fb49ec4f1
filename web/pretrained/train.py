"""Trains the ready-made network and writes its weights.

    python -m web.pretrained.train --data FOLDER

FOLDER holds mnist/*.gz. It takes 25,000 steps of 100 pictures, 30 to 40 minutes on one core. The state is
saved after every epoch in the work folder, from which the command goes on when started again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from nncore import checkpoint
from nncore.build import build_augment, build_model, build_optimizer, build_schedule
from nncore.data import Dataset, load_mnist
from nncore.events import EpochEvent, StepEvent
from nncore.module import Sequential
from nncore.ops import Array
from nncore.presets import PRESETS
from nncore.trainer import Trainer
from web.pretrained import WEIGHTS
from web.pretrained.material import joined, written
from web.pretrained.unsure import UnsureLoss, best_temperature

RECIPE = PRESETS["small-cnn"].recipe.replace(
    dataset="mnist",
    channels=(32, 64, 64),
    hidden=(56,),
    optimizer="adamw",
    lr=0.003,
    weight_decay=0.05,
    batch_size=100,
    epochs=10,
    dropout=0.4,
    shift=0.04,
    rotate=10.0,
    scale=0.12,
    shear=0.15,
    thickness=0.5,
    elastic=1.5,
)
MNIST_TIMES = 2  # how often MNIST's training digits are among the pictures
DIGITS, OTHERS = 120_000, 12_000  # imitated drawings of digits, and of what is none
SEED = 3  # of the drawings
KEPT = 1_000  # MNIST training images, and as many imitated digits, that calibrate instead of training


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder that holds mnist/*.gz (default: NNCORE_DATA)")
    parser.add_argument("--work", type=Path, default=Path("build/pretrained"), help="for unfinished work")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="file for the finished weights")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)

    mnist, test = load_mnist(options.data)
    model = build_model(RECIPE, (28, 28), 10)
    data = joined(*[mnist[KEPT:]] * MNIST_TIMES, drawings(options.work / "written.npz"))
    run(model, data, test, options.work / "state.npz")
    calibrate(model, joined(mnist[:KEPT], written(KEPT, 0, SEED + 1)))
    checkpoint.save(options.out, model, RECIPE, (28, 28), dtype=np.float16)


def run(model: Sequential, data: Dataset, test: Dataset, state: Path) -> None:
    """Train `model` in place; the run's state is kept in the file `state` and resumed from there."""
    trainer = Trainer(
        model,
        UnsureLoss(),
        build_optimizer(RECIPE, model),
        data,
        batch_size=RECIPE.batch_size,
        epochs=RECIPE.epochs,
        schedule=build_schedule(RECIPE),
        augment=build_augment(RECIPE),
        seed=RECIPE.seed,
    )
    if state.exists():
        found = checkpoint.load(state)
        model.load_state_dict(found.weights)
        found.restore(trainer)
    for event in trainer:
        if isinstance(event, StepEvent) and event.step % 100 == 0:
            print(f"epoch {event.epoch} step {event.step}/{event.steps} loss {event.loss:.4f}", flush=True)
        if isinstance(event, EpochEvent):
            checkpoint.save(state, model, RECIPE, (28, 28), trainer=trainer)
            right = (scores(model, test.images).argmax(axis=1) == test.labels).mean()
            print(f"epoch {event.epoch}: {right:.2%} of the MNIST test digits", flush=True)


def calibrate(model: Sequential, data: Dataset) -> None:
    """Divide the last layer by the temperature that suits `data`, which the model was not trained on."""
    temperature = best_temperature(scores(model, data.images), data.labels)
    print(f"temperature {temperature:.2f}", flush=True)
    for parameter in list(model)[-1].parameters():
        parameter.data /= temperature


def scores(model: Sequential, images: np.ndarray) -> Array:
    """Logits (N, 10) for uint8 images (N, 28, 28)."""
    model.eval()
    slices = np.array_split(images, 1 + len(images) // 500)
    result = np.concatenate([model((part[:, None] / np.float32(255)).astype(np.float32)) for part in slices])
    model.train()
    return result


def drawings(path: Path) -> Dataset:
    """The imitated handwriting; made once and kept in the file `path`."""
    if not path.exists():
        print(f"Imitating {DIGITS + OTHERS} drawings", flush=True)
        data = written(DIGITS, OTHERS, SEED)
        np.savez_compressed(path, images=data.images, labels=data.labels)
    with np.load(path) as file:
        return Dataset(file["images"], file["labels"], "written", num_classes=11)


if __name__ == "__main__":
    main()
