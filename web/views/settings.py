"""The settings, as a form derived from the recipe's descriptions."""

from __future__ import annotations

from nncore.errors import RecipeError
from nncore.recipe import SETTINGS
from web.components.form import Form
from web.session import Session
from web.views.recipe_words import form_fields, form_values, without_effect
from web.views.view import View


class SettingsView(View):
    """Every setting with its explanation; what has no effect is hidden, what is wrong explained in place."""

    topics = ("settings",)

    def __init__(self, session: Session, hide: tuple[str, ...] = ()) -> None:
        super().__init__(session)
        self._form = Form(
            self._entered,
            fields=form_fields(hide),
            values=form_values(session.recipe),
            hidden=without_effect(session.recipe),
            unfolded=["Network", "Learning"],
            sizing_mode="stretch_width",
        )

    def refresh(self) -> None:
        recipe = self.session.recipe
        self._form.param.update(values=form_values(recipe), hidden=without_effect(recipe), problems={})

    def _entered(self, name: str, text: str) -> None:
        try:
            self.session.configure(**{name: SETTINGS[name].parse(text)})
        except RecipeError as error:
            problem = str(error).removeprefix(f"{name}: ")
            self._form.problems = {name: f"{SETTINGS[name].label}: {problem}"}
        else:
            self.refresh()

    def __panel__(self) -> Form:
        return self._form
