"""A run as a short Python script that repeats it with nncore alone."""

from __future__ import annotations

from nncore.recipe import Recipe

LOADING = {
    "mnist": 'load_data("mnist", download=True)  # or a folder that holds mnist/*.gz',
    "own": 'load_data("own", "your-data.npz")  # the file that was opened in the page',
}


def to_script(recipe: Recipe, code: str = "") -> str:
    """The script: the settings that differ from the defaults, the data, the run, and the saving of it.

    With `code` of the visitor's own the script contains it, and can itself be given to `train --code`.
    """
    return _with_code(recipe, code) if code.strip() else _plain(recipe)


def _plain(recipe: Recipe) -> str:
    return f'''"""A run exported from nncore lab. The same seed gives the same run, up to float rounding."""

from nncore import checkpoint
from nncore.data import load_data
from nncore.events import EpochEvent
from nncore.recipe import Recipe

{_recipe(recipe)}
train_data, test_data = {_loading(recipe)}
model = recipe.build_model(train_data)
print(model)

for event in recipe.build_trainer(train_data, test_data, model):
    if isinstance(event, EpochEvent):
        print(f"epoch {{event.epoch:3}}  training loss {{event.train_loss:.4f}}  "
              f"test loss {{event.test_loss:.4f}}  test accuracy {{event.test_accuracy:.2%}}")

checkpoint.save("model.npz", model, recipe, train_data.sample_shape, train_data.num_classes)
'''


def _with_code(recipe: Recipe, code: str) -> str:
    return f'''"""A run exported from nncore lab, with code of one's own. The run stands at the end."""

import sys

import numpy as np

from nncore import *
from nncore import checkpoint, custom

if "show" not in globals():  # the lab has one that draws
    from nncore.custom import show

{code.strip()}


if __name__ == "__main__":
    {_recipe(recipe, 4)}
    train_data, test_data = {_loading(recipe)}
    program = custom.Program.of_module(sys.modules[__name__])
    trainer = custom.build_trainer(recipe, program, train_data, test_data)
    print(trainer.model)

    for event in trainer:
        if isinstance(event, EpochEvent):
            print(f"epoch {{event.epoch:3}}  training loss {{event.train_loss:.4f}}  "
                  f"test loss {{event.test_loss:.4f}}  test accuracy {{event.test_accuracy:.2%}}")

    shape, classes = train_data.sample_shape, train_data.num_classes
    checkpoint.save("model.npz", trainer.model, recipe, shape, classes, code=program.text)
'''


def _loading(recipe: Recipe) -> str:
    """The call that loads the data."""
    options = "".join(f", {name}={value!r}" for name, value in recipe.data_options.items())
    return LOADING.get(recipe.dataset, f'load_data("{recipe.dataset}"{options})')


def _recipe(recipe: Recipe, indent: int = 0) -> str:
    """The line, or lines, that make the recipe."""
    margin = " " * indent
    settings = "".join(f"{margin}    {name}={value!r},\n" for name, value in recipe.changes().items())
    return f"recipe = Recipe(\n{settings}{margin})" if settings else "recipe = Recipe()"
