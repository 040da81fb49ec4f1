"""A recipe's settings as the page shows them: a form, a preset, a few words."""

from __future__ import annotations

from typing import Any

from nncore.presets import PRESETS, preset_of
from nncore.recipe import SETTINGS, Recipe
from nncore.setting import Setting
from web.words import _

ELSEWHERE = ("dataset", "test_batch_size")  # chosen in the page's top bar; of no consequence to a visitor


def preset_words(recipe: Recipe) -> str:
    """What the preset that `recipe` is does, and how far it gets on the data chosen; "" if it is none."""
    name = preset_of(recipe)
    if name is None:
        return ""
    preset = PRESETS[name]
    summary, result = _(preset.summary), _(preset.results.get(recipe.dataset))
    return _("{summary} {result}", summary=summary, result=result) if result else summary


def form_fields(hide: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """What the form needs to know of every setting it shows."""
    return [
        {
            "name": setting.name,
            "label": _(setting.label),
            "help": _(setting.help),
            "group": _(setting.group),
            "kind": setting.kind,
            "choices": [[value, _(words)] for value, words in setting.choices.items()],
            "minimum": setting.minimum,
            "maximum": setting.maximum,
            "log": setting.log,
            "live": setting.live,
        }
        for setting in SETTINGS.values()
        if setting.name not in ELSEWHERE and not _hidden(setting, hide)
    ]


def form_values(recipe: Recipe) -> dict[str, str]:
    """The text of every setting."""
    return {name: setting.format(getattr(recipe, name)) for name, setting in SETTINGS.items()}


def without_effect(recipe: Recipe) -> list[str]:
    """Names of the settings that do not apply within `recipe`."""
    return [name for name, setting in SETTINGS.items() if not setting.applies(recipe)]


def summary(recipe: Recipe) -> str:
    """The settings that make a recipe what it is, in a few words: network, optimiser, learning rate."""
    widths = recipe.channels + recipe.hidden if recipe.model == "cnn" else recipe.hidden
    layers = "-".join(map(str, widths)) or _("no hidden layer")
    parts = [
        recipe.model.upper(),
        layers,
        recipe.activation,
        recipe.optimizer,
        _("lr {lr}", lr=SETTINGS["lr"].format(recipe.lr)),
    ]
    return " · ".join(parts)


def _hidden(setting: Setting, hide: tuple[str, ...]) -> bool:
    return setting.name in hide or setting.group.lower() in hide
