"""The settings: data and preset, the few that matter first, and all the others behind them."""

from __future__ import annotations

from typing import Any

from nncore.errors import RecipeError
from nncore.presets import PRESETS
from nncore.recipe import SETTINGS
from web.components.form import Form
from web.components.toolbar import Toolbar, select
from web.session import Session
from web.views.layout import column
from web.views.recipe_words import form_fields, form_values, preset_of, preset_words, without_effect
from web.views.view import View

NO_PRESET = {"": "(changed)"}
FIRST = ["lr", "hidden"]  # settings in view before the others are unfolded


class SettingsView(View):
    """Every setting with its explanation; what has no effect is hidden, what is wrong explained in place."""

    topics = ("settings", "data")

    def __init__(self, session: Session, hide: tuple[str, ...] = ()) -> None:
        super().__init__(session)
        self._choices = Toolbar(
            {"dataset": lambda name: session.configure(dataset=name), "preset": self._use_preset},
            label="Data and preset",
            fills=True,
            sizing_mode="stretch_width",
        )
        self._form = Form(
            self._entered,
            fields=form_fields(hide),
            values=form_values(session.recipe),
            hidden=without_effect(session.recipe),
            first=FIRST,
            unfolded=["Network", "Learning"],
            sizing_mode="stretch_width",
        )
        self._layout = column(self._choices, self._form)

    def refresh(self) -> None:
        self._show_choices()
        recipe = self.session.recipe
        self._form.param.update(values=form_values(recipe), hidden=without_effect(recipe), problems={})

    def _show_choices(self) -> None:
        recipe, library = self.session.recipe, self.session.library
        preset = preset_of(recipe) or ""
        words = SETTINGS["dataset"].choices
        titles = {name: preset.title for name, preset in PRESETS.items()}
        self._choices.set(
            select(
                "dataset",
                "Data",
                {name: words[name] for name in library.names},
                library.loading or recipe.dataset,
            ),
            select("preset", "Preset", titles if preset else NO_PRESET | titles, preset),
        )
        loading = f"Loading {library.loading}: {library.share:.0%}" if library.loading else ""
        self._choices.status = library.error or loading or preset_words(recipe)

    def _use_preset(self, name: str) -> None:
        if name in PRESETS:
            self.session.configure(
                **PRESETS[name].recipe.to_dict() | {"dataset": self.session.recipe.dataset}
            )

    def _entered(self, name: str, text: str) -> None:
        try:
            self.session.configure(**{name: SETTINGS[name].parse(text)})
        except RecipeError as error:
            problem = str(error).removeprefix(f"{name}: ")
            self._form.problems = {name: f"{SETTINGS[name].label}: {problem}"}
        else:
            self.refresh()

    def __panel__(self) -> Any:
        return self._layout
