"""A run as a short Python script that repeats it with nncore alone."""

from __future__ import annotations

from nncore.recipe import Recipe

LOADING = {
    "digits": ("load_digits", "load_digits()"),
    "mnist": ("load_mnist", "load_mnist(download=True)  # or a folder that holds mnist/*.gz"),
    "own": ("load_npz", 'load_npz("your-data.npz")  # the file that was opened in the page'),
}


def to_script(recipe: Recipe) -> str:
    """The script: the settings that differ from the defaults, the data, the run, and the saving of it."""
    loader, call = LOADING[recipe.dataset]
    settings = "".join(f"    {name}={value!r},\n" for name, value in recipe.changes().items())
    return f'''"""A run exported from nncore lab. The same seed gives the same run, up to float rounding."""

from nncore import checkpoint
from nncore.data import {loader}
from nncore.events import EpochEvent
from nncore.recipe import Recipe

recipe = Recipe({chr(10) + settings if settings else ""})
train_data, test_data = {call}
model = recipe.build_model(train_data)
print(model)

for event in recipe.build_trainer(train_data, test_data, model):
    if isinstance(event, EpochEvent):
        print(f"epoch {{event.epoch:3}}  training loss {{event.train_loss:.4f}}  "
              f"test loss {{event.test_loss:.4f}}  test accuracy {{event.test_accuracy:.2%}}")

checkpoint.save("model.npz", model, recipe, train_data.image_shape, train_data.num_classes)
'''
