"""A whole experiment as data: every setting, its meaning and its range."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nncore import build
from nncore.data.dataset import Dataset
from nncore.data.loader import Augment
from nncore.errors import RecipeError
from nncore.init import INITIALIZERS
from nncore.losses import Loss
from nncore.module import Sequential
from nncore.setting import Kind, Setting, Value
from nncore.trainer import Trainer


def _setting(default: Any, kind: Kind, label: str, help: str, group: str, **details: Any) -> Any:
    details |= {"label": label, "help": help, "group": group, "kind": kind, "default": default}
    return dataclasses.field(default=default, metadata=details)


_MLP = {"model": ("mlp",)}
_CNN = {"model": ("cnn",)}


@dataclass(frozen=True)
class Recipe:
    """The settings of one run.  Fields are described in `SETTINGS`; a wrong value raises RecipeError."""

    # ------------------------------------------------------------------------------------- data
    dataset: str = _setting(
        "digits", "choice", "Data set", "What is learnt: the embedded UCI digits (8x8 pixels) or MNIST (28x28).", "Data",
        choices={"digits": "UCI digits, 8x8", "mnist": "MNIST, 28x28", "own": "your own data"},
    )  # fmt: skip
    batch_size: int = _setting(
        64, "int", "Batch size", "Samples per step. Larger batches give steadier, fewer steps.", "Data",
        minimum=1, maximum=4096, step=1, log=True,
    )  # fmt: skip
    test_batch_size: int = _setting(
        1000, "int", "Test batch size", "Samples evaluated at a time; changes no result.", "Data",
        minimum=1, maximum=10_000, step=1, log=True,
    )  # fmt: skip
    shuffle: str = _setting(
        "epoch", "choice", "Shuffle", "When the training samples are put in a new order.", "Data",
        choices={"epoch": "before every epoch", "once": "once, at the start", "never": "never"},
    )  # fmt: skip
    drop_last: bool = _setting(
        False, "bool", "Drop the last batch", "Leave out the last batch of an epoch if it is not full.", "Data"
    )

    # ---------------------------------------------------------------------------------- network
    model: str = _setting(
        "mlp", "choice", "Network", "Fully connected layers, or convolutions that keep the picture's shape.", "Network",
        choices={"mlp": "fully connected (MLP)", "cnn": "convolutional (CNN)"},
    )  # fmt: skip
    channels: tuple[int, ...] = _setting(
        (16, 32, 64), "widths", "Channels", "Feature maps of each 3x3 convolution. The first two are followed by pooling.",
        "Network", minimum=1, maximum=256, max_length=4, applies_if=_CNN,
    )  # fmt: skip
    hidden: tuple[int, ...] = _setting(
        (1024,), "widths", "Hidden units", "Width of each hidden layer; empty for none.", "Network",
        minimum=1, maximum=4096, max_length=5,
    )  # fmt: skip
    activation: str = _setting(
        "tanh", "choice", "Activation", "The nonlinearity after each hidden layer.", "Network",
        choices={"tanh": "tanh", "relu": "ReLU", "leaky_relu": "leaky ReLU", "sigmoid": "sigmoid"},
    )  # fmt: skip
    batch_norm: bool = _setting(
        False, "bool", "Batch norm", "Normalise each hidden layer's sums over the batch.", "Network", applies_if=_MLP
    )
    dropout: float = _setting(
        0.0, "float", "Dropout", "Share of hidden values zeroed at random while training.", "Network",
        minimum=0, maximum=0.9, step=0.05,
    )  # fmt: skip
    init: str = _setting(
        "xavier_uniform", "choice", "Initial weights", "Distribution the weights are drawn from.", "Network",
        choices={name: name.replace("_", " ") + ": " + words for name, words in INITIALIZERS.items()},
    )  # fmt: skip

    # --------------------------------------------------------------------------------- learning
    loss: str = _setting(
        "cross_entropy", "choice", "Loss", "What is made small.", "Learning",
        choices={
            "cross_entropy": "cross-entropy (softmax, log and NLL in one)",
            "nll": "log-softmax layer, then NLL",
            "softmax_log_nll": "softmax, log, NLL with smoothed targets, as in the notebook",
            "mse": "softmax, then mean squared error",
        },
    )  # fmt: skip
    label_smoothing: float = _setting(
        0.0, "float", "Label smoothing", "Share of the target spread over all classes.", "Learning",
        minimum=0, maximum=0.5, step=0.05, applies_if={"loss": ("cross_entropy",)},
    )  # fmt: skip
    optimizer: str = _setting(
        "sgd", "choice", "Optimiser", "How gradients become steps.", "Learning",
        choices={"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "notebook": "the notebook's update"},
    )  # fmt: skip
    lr: float = _setting(
        0.1, "float", "Learning rate", "Length of a step along the gradient.", "Learning",
        minimum=0, maximum=100, step=0.01, log=True, live=True,
    )  # fmt: skip
    momentum: float = _setting(
        0.0, "float", "Momentum", "Share of the last step carried into the next.", "Learning",
        minimum=0, maximum=0.999, step=0.05, live=True, applies_if={"optimizer": ("sgd",)},
    )  # fmt: skip
    nesterov: bool = _setting(
        False, "bool", "Nesterov", "Look ahead along the momentum.", "Learning", live=True,
        applies_if={"optimizer": ("sgd",)},
    )  # fmt: skip
    weight_decay: float = _setting(
        0.0, "float", "Weight decay", "Pull of the weights towards zero.", "Learning",
        minimum=0, maximum=1, step=0.0001, log=True, live=True, applies_if={"optimizer": ("sgd", "adam", "adamw")},
    )  # fmt: skip
    schedule: str = _setting(
        "constant", "choice", "Schedule", "How the learning rate changes over the run.", "Learning",
        choices={
            "constant": "constant", "step": "steps down", "cosine": "cosine to zero",
            "warmup": "warm-up, then constant", "one_cycle": "one cycle: up, then down",
        },
    )  # fmt: skip
    step_epochs: int = _setting(
        10, "int", "Epochs per drop", "Epochs between two drops of the learning rate.", "Learning",
        minimum=1, maximum=1000, step=1, applies_if={"schedule": ("step",)},
    )  # fmt: skip
    gamma: float = _setting(
        0.1, "float", "Drop factor", "What each drop multiplies the learning rate by.", "Learning",
        minimum=0.001, maximum=1, step=0.05, applies_if={"schedule": ("step",)},
    )  # fmt: skip
    warmup: float = _setting(
        0.3, "float", "Rising part", "Share of the run during which the learning rate rises.", "Learning",
        minimum=0.01, maximum=0.9, step=0.05, applies_if={"schedule": ("warmup", "one_cycle")},
    )  # fmt: skip
    epochs: int = _setting(
        10, "int", "Epochs", "Passes through the training data.", "Learning",
        minimum=1, maximum=10_000, step=1, live=True,
    )  # fmt: skip
    patience: int = _setting(
        0, "int", "Patience", "Stop after this many epochs without a better test accuracy; 0 never stops.", "Learning",
        minimum=0, maximum=1000, step=1, live=True,
    )  # fmt: skip

    # ----------------------------------------------------------------------------- augmentation
    shift: float = _setting(
        0.0, "float", "Shift", "Moves each image by up to this share of its side.", "Augmentation",
        minimum=0, maximum=0.3, step=0.01, live=True,
    )  # fmt: skip
    rotate: float = _setting(
        0.0, "float", "Rotate", "Turns each image by up to this many degrees.", "Augmentation",
        minimum=0, maximum=45, step=1, live=True,
    )  # fmt: skip
    scale: float = _setting(
        0.0, "float", "Scale", "Grows or shrinks each image by up to this share.", "Augmentation",
        minimum=0, maximum=0.5, step=0.01, live=True,
    )  # fmt: skip
    shear: float = _setting(
        0.0, "float", "Slant", "Slants each image by up to this share of its height.", "Augmentation",
        minimum=0, maximum=0.5, step=0.01, live=True,
    )  # fmt: skip
    thickness: float = _setting(
        0.0, "float", "Stroke thickness", "Thickens or thins strokes with up to this strength.", "Augmentation",
        minimum=0, maximum=1, step=0.05, live=True,
    )  # fmt: skip
    elastic: float = _setting(
        0.0, "float", "Elastic", "Bends each image by about this many hundredths of its side.", "Augmentation",
        minimum=0, maximum=10, step=0.5, live=True,
    )  # fmt: skip

    # -------------------------------------------------------------------------------------- run
    seed: int = _setting(
        42, "int", "Seed", "Fixes every random choice: the same seed gives the same run.", "Run",
        minimum=0, maximum=2**31 - 1, step=1,
    )  # fmt: skip

    def __post_init__(self) -> None:
        for name, setting in SETTINGS.items():
            object.__setattr__(self, name, setting.check(getattr(self, name)))

    def replace(self, **changes: Any) -> Recipe:
        """A recipe with some settings changed.  Raises RecipeError for unknown names and values not allowed."""
        return Recipe.from_dict(self.to_dict() | changes)

    def to_dict(self) -> dict[str, Value]:
        """All settings by name, ready for JSON."""
        return {name: getattr(self, name) for name in SETTINGS}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """The recipe with the given settings, the others at their defaults."""
        for name in values:
            if name not in SETTINGS:
                close = difflib.get_close_matches(name, SETTINGS, 1)
                hint = f"; did you mean {close[0]!r}?" if close else f", expected one of {', '.join(SETTINGS)}"
                raise RecipeError(f"recipe: got an unknown setting {name!r}{hint}")
        return cls(**values)

    def changes(self, base: Recipe | None = None) -> dict[str, Value]:
        """The settings that differ from `base` (default: from the defaults)."""
        base = base or Recipe()
        return {name: value for name, value in self.to_dict().items() if value != getattr(base, name)}

    # -------------------------------------------------------------------------------- building

    def build_model(self, dataset: Dataset, dtype: DTypeLike = np.float32) -> Sequential:
        """The network for the images and classes of `dataset`, its weights drawn from the seed."""
        model = build.build_model(self, dataset.image_shape, dataset.num_classes)
        model.to(dtype)
        return model

    def build_criterion(self) -> Loss:
        """The loss that fits `build_model`'s output."""
        return build.build_criterion(self)

    def build_augment(self) -> Augment | None:
        """The augmentation, or None if all its settings are 0."""
        return build.build_augment(self)

    def build_trainer(
        self, train_data: Dataset, test_data: Dataset | None = None, model: Sequential | None = None
    ) -> Trainer:
        """A trainer for this recipe; `model` goes on with given weights instead of fresh ones."""
        return build.build_trainer(self, train_data, test_data, model or self.build_model(train_data))

    def apply_live(self, trainer: Trainer) -> None:
        """Give a running trainer this recipe's live settings."""
        build.apply_live(self, trainer)


#: All settings in the order of presentation, by name.
SETTINGS: dict[str, Setting] = {f.name: Setting(name=f.name, **f.metadata) for f in dataclasses.fields(Recipe)}
