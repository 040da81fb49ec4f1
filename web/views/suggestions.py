"""What to try after a run."""

from __future__ import annotations

from typing import Any, NamedTuple

from nncore.data.planar import PLANAR
from nncore.presets import PRESETS, preset_of
from nncore.recipe import SETTINGS, Recipe
from web.words import _

FEW = (16,)  # hidden units: enough to see what each of them is for
BY_HEART: dict[str, Any] = {
    "noise": 0.25,
    "hidden": (64, 64),
    "lr": 0.01,
}  # points and a network too large for them
MANY = 100  # hidden units, from which on it is worth seeing what few can do


class Suggestion(NamedTuple):
    """One thing to try.

    Attributes
    ----------
    words : on its button.
    help : what it is good for.
    changes : of the recipe.
    """

    words: str
    help: str
    changes: dict[str, Any]


def suggestions(recipe: Recipe) -> list[Suggestion]:
    """Up to three experiments whose result is worth comparing with that of `recipe`."""
    found = _for_points(recipe) if recipe.dataset in PLANAR else _for_images(recipe)
    maximum = SETTINGS["lr"].maximum
    if maximum is None or recipe.lr * 10 <= maximum:
        words = _("Learning rate {lr}", lr=SETTINGS["lr"].format(recipe.lr * 10))
        found.append(Suggestion(words, _("Ten times as large: what do you expect?"), {"lr": recipe.lr * 10}))
    return found[:3]


def _for_points(recipe: Recipe) -> list[Suggestion]:
    found = []
    if recipe.dataset != "spiral":
        found.append(Suggestion(_("Try the spirals"), _("The hardest of them"), {"dataset": "spiral"}))
    if recipe.hidden:
        help = _("What a single straight line can part")
        found.append(Suggestion(_("Try it without hidden units"), help, {"hidden": ()}))
    if recipe.noise < BY_HEART["noise"]:
        help = _("Watch training and test accuracy part: noise can only be learnt by heart")
        found.append(Suggestion(_("Try much noise and many units"), help, BY_HEART))
    return found


def _for_images(recipe: Recipe) -> list[Suggestion]:
    found = []
    if preset_of(recipe) == "notebook":
        found.append(_preset("corrected", _("Correct it"), _("The same network with true gradients"), recipe))
    if recipe.model == "mlp":
        words = _("Try convolutions")
        found.append(
            _preset("small-cnn", words, _("A network that knows which pixels are neighbours"), recipe)
        )
        if sum(recipe.hidden) >= MANY:
            found.append(
                Suggestion(
                    _("Try 16 hidden units"),
                    _("How much do so few achieve?"),
                    {"hidden": FEW, "model": "mlp"},
                )
            )
    else:
        found.append(
            _preset("fast-mlp", _("Try it without convolutions"), _("Units that see every pixel"), recipe)
        )
    return found


def _preset(name: str, words: str, help: str, recipe: Recipe) -> Suggestion:
    return Suggestion(words, help, PRESETS[name].recipe.to_dict() | recipe.data_settings)
