"""The settings: data and preset, the few that matter first, and all the others behind them."""

from __future__ import annotations

from typing import Any

from nncore.errors import RecipeError
from nncore.presets import PRESETS, preset_of
from nncore.recipe import SETTINGS
from web.components.form import Form
from web.components.toolbar import Toolbar, select
from web.session import Session
from web.views.layout import column
from web.views.recipe_words import form_fields, form_values, preset_words, without_effect
from web.views.view import View
from web.words import _

NO_PRESET = {"": _("(changed)")}
FIRST = ["noise", "hidden", "lr"]  # settings in view before the others are unfolded


class SettingsView(View):
    """Every setting with its explanation; what has no effect is hidden, what is wrong explained in place."""

    topics = ("settings", "data")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._choices = Toolbar(
            {"dataset": session.choose_data, "preset": self._use_preset},
            label=_("Data and preset"),
            fills=True,
            sizing_mode="stretch_width",
        )
        self._form = Form(
            self._entered,
            fields=form_fields(),
            values=form_values(session.recipe),
            hidden=without_effect(session.recipe),
            first=FIRST,
            unfolded=[_("Network"), _("Learning")],
            sizing_mode="stretch_width",
        )
        self._layout = column(self._choices, self._form)

    def leave_out(self, hide: tuple[str, ...]) -> None:
        """Take away the fields with these names, and those of these groups."""
        self._form.fields = form_fields(hide)

    def refresh(self) -> None:
        self._show_choices()
        recipe = self.session.recipe
        self._form.param.update(values=form_values(recipe), hidden=without_effect(recipe), problems={})

    def _show_choices(self) -> None:
        recipe, library = self.session.recipe, self.session.library
        preset = preset_of(recipe) or ""
        words = SETTINGS["dataset"].choices
        titles = {name: _(preset.title) for name, preset in PRESETS.items() if preset.fits(recipe.dataset)}
        self._choices.set(
            select(
                "dataset",
                _("Data"),
                {name: _(words[name]) for name in library.names},
                library.loading or recipe.dataset,
            ),
            select("preset", _("Preset"), titles if preset else NO_PRESET | titles, preset),
        )
        loading = (
            _("Loading {loading}: {share:.0%}", loading=_(words[library.loading]), share=library.share)
            if library.loading
            else ""
        )
        self._choices.status = _(library.error) or loading or preset_words(recipe)

    def _use_preset(self, name: str) -> None:
        if name in PRESETS:
            data = self.session.recipe.data_settings
            self.session.configure(**PRESETS[name].recipe.to_dict() | data)

    def _entered(self, name: str, text: str) -> None:
        try:
            self.session.configure(**{name: SETTINGS[name].parse(text)})
        except RecipeError as error:
            problem = _(str(error)).removeprefix(f"{name}: ")
            label = _(SETTINGS[name].label)
            self._form.problems = {name: _("{label}: {problem}", label=label, problem=problem)}
        else:
            self.refresh()

    def __panel__(self) -> Any:
        return self._layout
