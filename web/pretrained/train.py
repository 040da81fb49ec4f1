"""Trains the ready-made network and writes its weights.

    python -m web.pretrained.train --data FOLDER

FOLDER holds mnist/*.gz. It takes 35,000 steps of 100 pictures, then 5,000 gentle ones whose weights are
averaged: an hour and a half on one core. The state is saved after every epoch of the first part in the
work folder, from which the command goes on when started again.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np

from nncore import checkpoint
from nncore.build import build_model, build_trainer
from nncore.data import Dataset, load_mnist
from nncore.evaluate import evaluate
from nncore.events import EpochEvent, Event, StepEvent
from nncore.module import Sequential
from nncore.presets import PRESETS
from nncore.recipe import Recipe
from nncore.trainer import Trainer
from web.pretrained import WEIGHTS
from web.pretrained.material import joined, written
from web.pretrained.unsure import UnsureLoss, best_temperature

RECIPE = PRESETS["small-cnn"].recipe.replace(
    dataset="mnist",
    channels=(32, 64, 96, 64, 24),
    hidden=(80,),
    batch_norm=True,
    optimizer="adamw",
    lr=0.003,
    weight_decay=0.05,
    batch_size=100,
    epochs=7,
    dropout=0.2,
    shift=0.04,
    rotate=10.0,
    scale=0.12,
    shear=0.15,
    thickness=0.5,
    elastic=1.5,
)
SETTLING = RECIPE.replace(lr=0.0005, schedule="constant", epochs=1)  # the second part
EVERY = 50  # steps of it between two that count for the mean
MNIST_TIMES = 5  # how often MNIST's training digits are among the pictures
DIGITS, OTHERS = 190_000, 16_000  # imitated drawings of digits, and of what is none
SEED = 3  # of the drawings
KEPT = 1_000  # MNIST training images, and as many imitated digits, that calibrate instead of training
CAUTION = 1.3  # times the temperature that suits these, which are more like each other than people's are


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
    train(model, data, test, options.work / "state.npz")
    settle(model, data, test)
    calibrate(model, joined(mnist[:KEPT], written(KEPT, 0, SEED + 1)))
    checkpoint.save(options.out, model, RECIPE, (28, 28), dtype=np.float16)


def train(model: Sequential, data: Dataset, test: Dataset, state: Path) -> None:
    """Train `model` in place; the run's state is kept in the file `state` and resumed from there."""
    trainer = trainer_of(model, RECIPE, data)
    if state.exists():
        found = checkpoint.load(state)
        model.load_state_dict(found.weights)
        found.restore(trainer)
    for event in trainer:
        tell(event, model, test)
        if isinstance(event, EpochEvent):
            checkpoint.save(state, model, RECIPE, (28, 28), trainer=trainer)


def settle(model: Sequential, data: Dataset, test: Dataset) -> None:
    """Train on at a low and steady rate, and give `model` the mean of its weights (Izmailov et al. 2018)."""
    trainer = trainer_of(model, SETTLING, data)
    mean, count = model.state_dict(), 0
    for event in trainer:
        tell(event, model, test)
        if isinstance(event, StepEvent) and event.step % EVERY == 0:
            count += 1
            for name, array in model.state_dict().items():
                mean[name] += (array - mean[name]) / count
    model.load_state_dict(mean)
    model.train()
    for step in range(min(200, len(trainer.loader))):  # batch norm's figures follow the weights
        model(trainer.loader.batch(0, step)[0])


def trainer_of(model: Sequential, recipe: Recipe, data: Dataset) -> Trainer:
    """What trains `model` as `recipe` says, with a loss for what is no digit too."""
    trainer = build_trainer(recipe, data, None, model)
    trainer.criterion = UnsureLoss()
    if augment := trainer.loader.augment:
        # In disguise, so that it is given batch by batch: the shipped weights were made with these draws.
        trainer.loader.augment = partial(augment)
    return trainer


def tell(event: Event, model: Sequential, test: Dataset) -> None:
    """Print how training goes."""
    if isinstance(event, StepEvent) and event.step % 100 == 0:
        print(f"epoch {event.epoch} step {event.step}/{event.steps} loss {event.loss:.4f}", flush=True)
    if isinstance(event, EpochEvent):
        right = evaluate(model, UnsureLoss(), test).accuracy
        print(f"epoch {event.epoch}: {right:.2%} of the MNIST test digits", flush=True)


def calibrate(model: Sequential, data: Dataset) -> None:
    """Divide the last layer by a temperature: that which suits `data`, not trained on, with `CAUTION`."""
    probabilities = evaluate(model, UnsureLoss(), data).probabilities
    temperature = CAUTION * best_temperature(np.log(probabilities), data.labels)
    print(f"temperature {temperature:.2f}", flush=True)
    for parameter in list(model)[-1].parameters():
        parameter.data /= temperature


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
