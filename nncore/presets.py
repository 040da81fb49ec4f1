"""Ready experiments.  A preset leaves the data set open: `PRESETS[name].recipe.replace(dataset='mnist')`.

Those for images and those for points of the plane are made for data of their kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nncore.data.planar import PLANAR
from nncore.recipe import Recipe


@dataclass(frozen=True)
class Preset:
    """A recipe with a name, a sentence for people, and what it reaches by the name of the data set."""

    title: str
    summary: str
    recipe: Recipe
    results: Mapping[str, str] = field(default_factory=dict)

    def fits(self, dataset: str) -> bool:
        """Whether it was made for data of this kind."""
        return (dataset in PLANAR) == (self.recipe.dataset in PLANAR)


PRESETS: dict[str, Preset] = {
    "notebook": Preset(
        "The notebook",
        "Weights and updates exactly as in the notebook.",
        Recipe(
            init="normal",
            loss="softmax_log_nll",
            optimizer="notebook",
            lr=0.0003,
            epochs=30,
            shuffle="once",
            drop_last=True,
        ),
        {"mnist": "Ends near 91%.", "digits": "It stays below 40%: made for larger images."},
    ),
    "corrected": Preset(
        "The notebook, corrected",
        "The same network, weights of a sensible size, steps along the true gradient.",
        Recipe(
            init="xavier_uniform",
            loss="nll",
            optimizer="sgd",
            lr=0.1,
            momentum=0.9,
            epochs=10,
            schedule="cosine",
        ),
        {"mnist": "Passes 98%."},
    ),
    "fast-mlp": Preset(
        "Fast MLP",
        "512 ReLU units, Adam, one cycle of the learning rate, digits moved a little each time.",
        Recipe(
            hidden=(512,),
            activation="relu",
            init="kaiming_uniform",
            optimizer="adam",
            lr=0.003,
            epochs=12,
            schedule="one_cycle",
            shift=0.04,
            rotate=6,
            scale=0.08,
            shear=0.1,
        ),
    ),
    "small-cnn": Preset(
        "Small CNN",
        "Three convolutions and 225,000 weights: knows that neighbouring pixels belong together.",
        Recipe(
            model="cnn",
            channels=(16, 32, 64),
            hidden=(64,),
            activation="relu",
            init="kaiming_uniform",
            optimizer="adam",
            lr=0.003,
            epochs=5,
            schedule="one_cycle",
            test_batch_size=100,
        ),
    ),
    "plane": Preset(
        "Points of the plane",
        "Two layers of eight ReLU units: enough for the spirals, few enough to see what each is for.",
        Recipe(
            dataset="circles",
            batch_size=10,
            hidden=(8, 8),
            activation="relu",
            init="kaiming_uniform",
            optimizer="adam",
            lr=0.02,
            epochs=20,
        ),
    ),
}


def preset_of(recipe: Recipe) -> str | None:
    """The preset that `recipe` is, whatever its data; None if it is none."""
    data = recipe.data_settings
    return next((name for name, preset in PRESETS.items() if preset.recipe.replace(**data) == recipe), None)


def first_for(dataset: str) -> Preset:
    """The preset to begin with on such data."""
    return next(PRESETS[name] for name in ("corrected", "plane") if PRESETS[name].fits(dataset))
