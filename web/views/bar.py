"""The top bar: data, preset, files, link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nncore.presets import PRESETS
from nncore.recipe import SETTINGS
from web.browser import bridge
from web.components.bar import Bar, file_contents
from web.session import Session
from web.share.files import Files
from web.share.link import write_link
from web.views.recipe_words import preset_of
from web.views.view import View

NO_PRESET = ["", "(changed)"]


class BarView(View):
    """What is learnt, by which preset; saving, loading and sharing."""

    topics = ("data", "settings")

    def __init__(self, session: Session, help: Callable[[], None]) -> None:
        super().__init__(session)
        files = Files(session)
        self._commands: dict[str, Callable[[Any], object]] = {
            "dataset": lambda name: session.configure(dataset=name),
            "preset": self._use_preset,
            "share": lambda page: bridge.copy_text(
                f"{page}#{write_link(session.recipe, code=session.code.used)}"
            ),
            "save_model": lambda _: files.save_model(),
            "save_history": lambda _: files.save_history(),
            "save_script": lambda _: files.save_script(),
            "files": lambda chosen: files.take(file_contents(chosen)),
            "help": lambda _: help(),
        }
        self._bar = Bar(self._command, sizing_mode="stretch_width")

    def refresh(self) -> None:
        recipe, library = self.session.recipe, self.session.library
        preset = preset_of(recipe) or ""
        about = PRESETS[preset].summary if preset else ""
        loading = f"Loading {library.loading}: {library.share:.0%}" if library.loading else ""
        news = library.error or loading or about
        words = SETTINGS["dataset"].choices
        self._bar.param.update(
            datasets=[[name, words[name]] for name in library.names],
            dataset=library.loading or recipe.dataset,
            presets=[*([] if preset else [NO_PRESET]), *([name, it.title] for name, it in PRESETS.items())],
            preset=preset,
            news=news,
            alarm=bool(library.error),
        )

    def _use_preset(self, name: str) -> None:
        if name in PRESETS:
            self.session.configure(
                **PRESETS[name].recipe.to_dict() | {"dataset": self.session.recipe.dataset}
            )

    def _command(self, command: str, value: Any) -> None:
        self._commands[command](value)

    def __panel__(self) -> Bar:
        return self._bar
