"""Trains the ready-made network and writes its weights.

    python -m web.pretrained.train --data FOLDER

FOLDER holds mnist/*.gz. The first stage takes 23,000 steps of 100 pictures, about 40 minutes on one core. The
second, from where the first ended, adds rarer ways to write: 8,200 steps more. What is shipped lies between
the two. The state is saved after every epoch in the work folder, from which the command goes on when started
again.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nncore import checkpoint
from nncore.build import build_augment, build_model, build_optimizer, build_schedule
from nncore.data import Dataset, load_mnist
from nncore.events import EpochEvent, StepEvent
from nncore.module import Sequential
from nncore.ops import Array
from nncore.presets import PRESETS
from nncore.recipe import Recipe
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
KEPT = 1_000  # MNIST training images, and imitated digits, that calibrate instead of training
SEED_OF_KEPT = 5  # of the digits that calibrate what is shipped
SECOND_SHARE = 0.8  # of the second stage's weights in the shipped ones, the rest is the first's


class Stage(NamedTuple):
    """A part of the training: how, and with which pictures besides MNIST's."""

    name: str
    recipe: Recipe
    mnist: int  # times that MNIST's training digits are among the pictures
    digits: int  # imitated drawings
    others: int
    seed: int  # of the drawings
    rare: bool  # whether rarer forms, devices and signs are among them


SECOND = RECIPE.replace(lr=0.001, epochs=6)
STAGES = (
    Stage("first", RECIPE, mnist=2, digits=100_000, others=12_000, seed=1, rare=False),
    Stage("second", SECOND, mnist=2, digits=120_000, others=12_000, seed=3, rare=True),
)


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
    for stage in STAGES:
        finished = options.work / f"{stage.name}.npz"
        if not finished.exists():
            data = joined(*[mnist[KEPT:]] * stage.mnist, _drawings(stage, options.work))
            run(model, stage.recipe, data, test, options.work / f"{stage.name}-state.npz")
            calibrate(model, joined(mnist[:KEPT], written(KEPT, 0, stage.seed + 1, stage.rare)))
            checkpoint.save(finished, model, RECIPE, (28, 28), dtype=np.float16)
        model = checkpoint.load(finished).build_model()
    first, second = (checkpoint.load(options.work / f"{stage.name}.npz").weights for stage in STAGES)
    model.load_state_dict(between(first, second, SECOND_SHARE))
    calibrate(model, joined(mnist[:KEPT], written(KEPT, 0, SEED_OF_KEPT, rare=True)))
    checkpoint.save(options.out, model, RECIPE, (28, 28), dtype=np.float16)


def between(first: Mapping[str, Array], second: Mapping[str, Array], share: float) -> dict[str, Array]:
    """Weights on the line from `first` to `second`: what was learned last, and little of the rest forgotten.

    `(1 - share) * first + share * second` (Wortsman et al. 2022).
    """
    mixed = {name: (1 - share) * first[name] + share * second[name] for name in first}
    return {name: value.astype(np.float32) for name, value in mixed.items()}


def run(model: Sequential, recipe: Recipe, data: Dataset, test: Dataset, state: Path) -> None:
    """Train `model` in place; the run's state is kept in the file `state` and resumed from there."""
    trainer = Trainer(
        model,
        UnsureLoss(),
        build_optimizer(recipe, model),
        data,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        schedule=build_schedule(recipe),
        augment=build_augment(recipe),
        seed=recipe.seed,
    )
    if state.exists():
        found = checkpoint.load(state)
        model.load_state_dict(found.weights)
        found.restore(trainer)
    for event in trainer:
        if isinstance(event, StepEvent) and event.step % 100 == 0:
            print(f"epoch {event.epoch} step {event.step}/{event.steps} loss {event.loss:.4f}", flush=True)
        if isinstance(event, EpochEvent):
            checkpoint.save(state, model, recipe, (28, 28), trainer=trainer)
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


def _drawings(stage: Stage, work: Path) -> Dataset:
    """The stage's imitated handwriting; made once and kept in the work folder."""
    path = work / f"{stage.name}-written.npz"
    if not path.exists():
        print(f"Imitating {stage.digits + stage.others} drawings", flush=True)
        data = written(stage.digits, stage.others, stage.seed, stage.rare)
        np.savez_compressed(path, images=data.images, labels=data.labels)
    with np.load(path) as file:
        return Dataset(file["images"], file["labels"], "written", num_classes=11)


if __name__ == "__main__":
    main()
