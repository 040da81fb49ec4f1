"""An experiment as the part of an address after `#`.

An address looks like `#preset=corrected&dataset=mnist&lr=0.5&hide=settings,runs`: a preset (left out: the
defaults), the settings that differ from it, and what a lesson leaves off the page: cards by the names of
their places (`site/layout.html`), settings and groups of settings by theirs. `speed` says how fast training
may go, `predict=1` that a test accuracy is to be guessed before each run, `embed=1` that the page stands in a
frame of another. `code=` holds code of the visitor's own, packed; who follows the link gets to read it.
`read=Linear` shows the source of that part of nncore, as the reference links to it. Every part is optional,
and what is wrong is reported and left out. A part without `=` is no setting but an anchor of the page
(`#main`; `#lab` leaves the course); the page then names its settings again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from nncore.custom import original_named
from nncore.errors import RecipeError
from nncore.presets import PRESETS
from nncore.recipe import SETTINGS, Recipe
from web.session.pace import SPEEDS, Speed
from web.share.packed import pack, unpack
from web.words import _, pgettext

#: The cards that a link can leave off, as it can settings and groups of them, by the names of their places.
CARDS = {
    "bar": _("Files and Share"),
    "pad": _("The pad"),
    "picture": _("The network"),
    "answer": _("The answer"),
    "train": pgettext("card", "Training"),
    "settings": _("Settings"),
    "curves": _("Curves"),
    "projection": _("Projection"),
    "race": _("Race"),
    "runs": _("Runs"),
    "explore": _("Look inside"),
}
#: The groups of settings, by the name in a link.
GROUPS = {setting.group.lower(): setting.group for setting in SETTINGS.values()}
CAN_HIDE = {*CARDS, *GROUPS, *SETTINGS}
MOST_CODE = 100_000  # characters
LONGEST = 60  # characters of what was not understood that are told


@dataclass(frozen=True)
class Link:
    """What an address asks for."""

    recipe: Recipe = field(default_factory=Recipe)
    hide: tuple[str, ...] = ()
    code: str = ""  # not to be run before somebody has read it
    speed: Speed = "normal"
    predict: bool = False
    embed: bool = False
    read: str = ""  # name of a part of nncore whose source is to be shown
    problems: tuple[str, ...] = ()  # parts that were not understood


def names_experiment(address: str) -> bool:
    """Whether an address holds a setting: only then may following it change the experiment."""
    return any(name == "preset" or name in SETTINGS for name in _parts(address))


def _parts(address: str) -> dict[str, str]:
    settings = "&".join(part for part in address.split("&") if "=" in part)
    return dict(parse_qsl(settings, keep_blank_values=True))


def _short(text: str) -> str:
    """What is told of a part that was not understood: an address can hold anything."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def read_link(address: str) -> Link:
    """The link in an address's part after `#`."""
    parts = _parts(address)
    problems = []
    hide = tuple(name for name in parts.pop("hide", "").split(",") if name)
    if unknown := [name for name in hide if name not in CAN_HIDE]:
        problems.append(
            _("hide: there is no card, setting or group {names}", names=_short(", ".join(unknown)))
        )
        hide = tuple(name for name in hide if name not in unknown)
    code = ""
    try:
        code = unpack(parts.pop("code", ""), MOST_CODE) if parts.get("code") else ""
    except ValueError as error:
        problems.append(_("code: {error}", error=error))
    switches = {name: parts.pop(name, "0") for name in ("predict", "embed")}
    for name, text in switches.items():
        if text not in ("0", "1"):
            problems.append(_("{name}: got {text!r}, expected 0 or 1", name=name, text=_short(text)))
    predict, embed = (text == "1" for text in switches.values())
    read = parts.pop("read", "")
    if read and original_named(read) is None:
        problems.append(_("read: there is no part of nncore called {name!r}", name=_short(read)))
        read = ""
    asked = parts.pop("speed", "normal")
    speed = next((speed for speed in SPEEDS if speed == asked), None)
    if speed is None:
        problems.append(
            _("speed: got {asked!r}, expected one of {speeds}", asked=_short(asked), speeds=", ".join(SPEEDS))
        )
    preset = parts.pop("preset", None)
    if preset is not None and preset not in PRESETS:
        problems.append(
            _(
                "preset: got {preset!r}, expected one of {presets}",
                preset=_short(preset),
                presets=", ".join(PRESETS),
            )
        )
    recipe = PRESETS[preset].recipe if preset in PRESETS else Recipe()
    for name, text in parts.items():
        try:
            if name not in SETTINGS:
                raise RecipeError(_("{name}: there is no such setting", name=_short(name)))
            recipe = recipe.replace(**{name: SETTINGS[name].parse(text)})
        except RecipeError as error:
            problems.append(_(str(error)))
    return Link(recipe, hide, code, speed or "normal", predict, embed, read, tuple(problems))


def write_link(link: Link) -> str:
    """The address that `read_link` reads back; the shortest one, by way of the nearest preset."""
    recipe = link.recipe
    bases: dict[str | None, Recipe] = {None: Recipe()} | {
        name: preset.recipe for name, preset in PRESETS.items()
    }
    nearest = min(bases, key=lambda name: len(recipe.changes(bases[name])))
    parts = {"preset": nearest} if nearest else {}
    parts |= {name: SETTINGS[name].format(value) for name, value in recipe.changes(bases[nearest]).items()}
    parts = parts or {"dataset": recipe.dataset}  # an empty address would ask for nothing
    if link.hide:
        parts["hide"] = ",".join(link.hide)
    if link.speed != "normal":
        parts["speed"] = link.speed
    if link.predict:
        parts["predict"] = "1"
    if link.embed:
        parts["embed"] = "1"
    if link.code:
        parts["code"] = pack(link.code)
    return "&".join(f"{name}={quote(text, safe=',')}" for name, text in parts.items())
