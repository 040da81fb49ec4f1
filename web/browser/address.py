"""Keeps the page's address and the settings in step: a link opens the experiment it was copied from."""

from __future__ import annotations

from dataclasses import replace

from nncore.errors import RecipeError
from web.browser import bridge
from web.session import Session
from web.share.course_link import in_course
from web.share.link import Link, names_experiment, read_link, write_link
from web.words import _


class Address:
    """Applies the address when the page opens or the visitor follows a link; writes settings back to it."""

    def __init__(self, session: Session, follow: bool = True) -> None:
        """`follow`: whether to apply the address that the page was opened with."""
        self._session = session
        link = read_link(bridge.get_hash())
        self._link = _to_stay(link)
        session.training.set_speed(link.speed)
        session.guess.want(link.predict)
        if follow and bridge.get_hash():
            self._apply(bridge.get_hash())
        elif link.read:
            session.code.read(link.read)
        bridge.on("hash", self._apply)
        session.subscribe("settings", self._write)
        session.subscribe("state", self._write)  # the speed

    def _apply(self, address: str) -> None:
        if in_course(address):
            return
        link = read_link(address)
        problems = list(link.problems)
        if names_experiment(address):
            self._link = _to_stay(link)
            self._session.training.set_speed(link.speed)
            self._session.guess.want(link.predict)
            problems += self._configure(link)
        if link.code:
            self._session.code.bring(link.code)
            bridge.notify(_("This link carries code. It was not run: read it in the tab Code."))
        if link.read:
            self._session.code.read(link.read)
        if problems:
            bridge.notify(
                _("Part of this link was not understood: {problems}", problems="; ".join(problems)), "error"
            )
        if "=" not in address or link.code or link.read:
            self._write()  # to be kept or passed on, an address names what is on the page

    def _configure(self, link: Link) -> list[str]:
        recipe, problems = link.recipe, []
        if recipe.dataset not in self._session.library.names:
            problems = [
                _(
                    "the data set {dataset!r} is not here; the rest applies to the present data",
                    dataset=recipe.dataset,
                )
            ]
            recipe = recipe.replace(dataset=self._session.recipe.dataset)
        try:
            self._session.configure(**recipe.to_dict())
        except RecipeError as error:
            problems.append(_(str(error)))
        return problems

    def _write(self) -> None:
        if in_course(bridge.get_hash()):
            return
        session = self._session
        link = replace(self._link, recipe=session.recipe, speed=session.training.speed)
        if (address := write_link(link)) != bridge.get_hash():
            bridge.set_hash(address)


def _to_stay(link: Link) -> Link:
    """What stays in the address; code is brought once, and then it is the visitor's to change."""
    return replace(link, code="", read="")
