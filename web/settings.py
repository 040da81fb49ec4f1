"""The recipe's settings as the page shows them, and as the address carries them.

An address looks like `#preset=corrected&dataset=mnist&lr=0.5&hide=settings,runs`: a preset (left out: the
defaults), the settings that differ from it, and what a lesson leaves off the page: cards by the names of
their places (`layout.html`), settings and groups of settings by theirs. Every part is optional, and what is
wrong is reported and left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote

from nncore.errors import RecipeError
from nncore.presets import PRESETS
from nncore.recipe import SETTINGS, Recipe
from nncore.setting import Setting

ELSEWHERE = ("dataset", "test_batch_size")  # chosen in the page's top bar; of no consequence to a visitor


@dataclass(frozen=True)
class Link:
    """What an address asks for."""

    recipe: Recipe = field(default_factory=Recipe)
    hide: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()  # parts that were not understood


def read_link(address: str) -> Link:
    """The link in an address's part after `#`."""
    parts = dict(parse_qsl(address, keep_blank_values=True))
    hide = tuple(name for name in parts.pop("hide", "").split(",") if name)
    problems = []
    preset = parts.pop("preset", None)
    if preset is not None and preset not in PRESETS:
        problems.append(f"preset: got {preset!r}, expected one of {', '.join(PRESETS)}")
    recipe = PRESETS[preset].recipe if preset in PRESETS else Recipe()
    for name, text in parts.items():
        try:
            if name not in SETTINGS:
                raise RecipeError(f"{name}: there is no such setting")
            recipe = recipe.replace(**{name: SETTINGS[name].parse(text)})
        except RecipeError as error:
            problems.append(str(error))
    return Link(recipe, hide, tuple(problems))


def write_link(recipe: Recipe, hide: tuple[str, ...] = ()) -> str:
    """The address that `read_link` reads back; the shortest one, by way of the nearest preset."""
    bases: dict[str | None, Recipe] = {None: Recipe()} | {
        name: preset.recipe for name, preset in PRESETS.items()
    }
    nearest = min(bases, key=lambda name: len(recipe.changes(bases[name])))
    parts = {"preset": nearest} if nearest else {}
    parts |= {name: SETTINGS[name].format(value) for name, value in recipe.changes(bases[nearest]).items()}
    if hide:
        parts["hide"] = ",".join(hide)
    return "&".join(f"{name}={quote(text, safe=',')}" for name, text in parts.items())


def preset_of(recipe: Recipe) -> str | None:
    """The preset that `recipe` is, whatever its data set; None if it is none."""
    same_data = {"dataset": recipe.dataset}
    return next(
        (name for name, preset in PRESETS.items() if preset.recipe.replace(**same_data) == recipe), None
    )


def form_fields(hide: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """What the form needs to know of every setting it shows."""
    return [
        {
            "name": setting.name,
            "label": setting.label,
            "help": setting.help,
            "group": setting.group,
            "kind": setting.kind,
            "choices": [[value, words] for value, words in setting.choices.items()],
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
    layers = "-".join(map(str, widths)) or "no hidden layer"
    parts = [
        recipe.model.upper(),
        layers,
        recipe.activation,
        recipe.optimizer,
        f"lr {SETTINGS['lr'].format(recipe.lr)}",
    ]
    return " · ".join(parts)


def _hidden(setting: Setting, hide: tuple[str, ...]) -> bool:
    return setting.name in hide or setting.group.lower() in hide
