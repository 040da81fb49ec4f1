"""Whether a network has room in a browser's tab, told before it is made."""

from __future__ import annotations

from nncore.data import Dataset
from nncore.errors import RecipeError
from nncore.footprint import training_bytes
from nncore.recipe import Recipe
from web.words import _

# A tab's WebAssembly memory ends at 4 GB: Python and MNIST take a fifth of it, and while one network is made
# the one before it is still there.
ROOM = 1_300_000_000  # bytes


def check_room(recipe: Recipe, data: Dataset) -> None:
    """Raise RecipeError if training by `recipe` on `data` would take more memory than there is."""
    needed = training_bytes(recipe, data.sample_shape, data.num_classes)
    if needed > ROOM:
        raise RecipeError(
            _(
                "this network takes about {needed:.1f} GB to train, expected at most {room:.1f} GB "
                "in a browser's tab; take fewer or narrower layers, or a smaller batch",
                needed=needed / 1e9,
                room=ROOM / 1e9,
            )
        )
