"""A whole experiment as data: every setting, its meaning and its range."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nncore import build
from nncore.data.dataset import Dataset
from nncore.data.loader import Augment
from nncore.data.sets import DATASETS
from nncore.errors import RecipeError
from nncore.losses import Loss
from nncore.module import Sequential
from nncore.setting import Value
from nncore.settings import SETTINGS
from nncore.trainer import Trainer


@dataclass(frozen=True)
class Recipe:
    """The settings of one run.  `SETTINGS` describes the fields; a wrong value raises RecipeError."""

    # Data
    dataset: str = "digits"
    noise: float = 0.05
    batch_size: int = 64
    test_batch_size: int = 1000
    shuffle: str = "epoch"
    drop_last: bool = False
    # Network
    model: str = "mlp"
    channels: tuple[int, ...] = (16, 32, 64)
    hidden: tuple[int, ...] = (1024,)
    activation: str = "tanh"
    batch_norm: bool = False
    dropout: float = 0.0
    init: str = "xavier_uniform"
    # Learning
    loss: str = "cross_entropy"
    label_smoothing: float = 0.0
    optimizer: str = "sgd"
    lr: float = 0.1
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    clip_norm: float = 0.0
    schedule: str = "constant"
    step_epochs: int = 10
    gamma: float = 0.1
    warmup: float = 0.3
    epochs: int = 10
    patience: int = 0
    # Augmentation
    shift: float = 0.0
    rotate: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    thickness: float = 0.0
    elastic: float = 0.0
    # Run
    seed: int = 42

    def __post_init__(self) -> None:
        for name, setting in SETTINGS.items():
            object.__setattr__(self, name, setting.check(getattr(self, name)))

    def replace(self, **changes: Any) -> Recipe:
        """A recipe with some settings changed; RecipeError for unknown names and values not allowed."""
        return Recipe.from_dict(self.to_dict() | changes)

    def to_dict(self) -> dict[str, Value]:
        """All settings by name, ready for JSON."""
        return {name: getattr(self, name) for name in SETTINGS}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """The recipe with the given settings, the others at their defaults."""
        if not isinstance(values, Mapping):
            raise RecipeError(f"recipe: got {reprlib.repr(values)}, expected settings by name")
        for name in values:
            if name not in SETTINGS:
                close = difflib.get_close_matches(name, SETTINGS, 1)
                hint = (
                    f"; did you mean {close[0]!r}?" if close else f", expected one of {', '.join(SETTINGS)}"
                )
                raise RecipeError(f"recipe: got an unknown setting {reprlib.repr(name)}{hint}")
        return cls(**values)

    def changes(self, base: Recipe | None = None) -> dict[str, Value]:
        """The settings that differ from `base` (default: from the defaults)."""
        base = base or Recipe()
        return {name: value for name, value in self.to_dict().items() if value != getattr(base, name)}

    @property
    def data_settings(self) -> dict[str, Value]:
        """The settings that say which samples are learnt; a preset leaves them open."""
        return {"dataset": self.dataset, "noise": self.noise}

    @property
    def data_options(self) -> dict[str, Value]:
        """What `load_data` takes for the data set beside its name."""
        return DATASETS[self.dataset].values(self)

    def same_data(self, other: Recipe) -> bool:
        """Whether both learn the same samples."""
        return self.dataset == other.dataset and self.data_options == other.data_options

    # -------------------------------------------------------------------------------- building

    def build_model(self, dataset: Dataset, dtype: DTypeLike = np.float32) -> Sequential:
        """The network for the samples and classes of `dataset`, its weights drawn from the seed."""
        model = build.build_model(self, dataset.sample_shape, dataset.num_classes)
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
