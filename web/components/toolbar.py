"""A row of buttons, choices and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import param
from panel.custom import JSComponent

from web.components.script import script

Item = dict[str, Any]


def button(name: str, label: str, help: str = "", **state: Any) -> Item:
    """A command.

    `state` may hold primary, disabled, pressed (then it is a toggle), a value to send, and `stops`: the name
    of what it stops, which the page ends by starting Python again where that does not answer.
    """
    return {"kind": "button", "name": name, "label": label, "help": help, **state}


def select(name: str, label: str, options: Mapping[str, str], value: str, help: str = "") -> Item:
    """A choice of one of `options`, words by value."""
    choices = [[key, words] for key, words in options.items()]
    return {"kind": "select", "name": name, "label": label, "options": choices, "value": value, "help": help}


def number(name: str, label: str, value: int, maximum: int, help: str = "") -> Item:
    """A whole number from 0 to `maximum`."""
    limits = {"minimum": 0, "maximum": maximum}
    return {"kind": "number", "name": name, "label": label, "value": value, "help": help} | limits


class Toolbar(JSComponent):
    """Commands in a row, and a line that says how they went; `commands[name](value)` is called."""

    items = param.List(default=[], doc="what `button`, `select` and `number` return")
    status = param.String(doc="read aloud when it changes")
    label = param.String(doc="accessible name of the row")
    fills = param.Boolean(default=False, doc="whether each choice has a line of its own")

    _esm = script(__name__)

    def __init__(
        self, commands: Mapping[str, Callable[[Any], object]], items: Sequence[Item] = (), **params: Any
    ) -> None:
        super().__init__(items=list(items), **params)
        self.on_msg(lambda event: commands[event.data["name"]](event.data["value"]))

    def set(self, *items: Item) -> None:
        """Show these items; unchanged ones cost nothing."""
        if self.items != list(items):
            self.items = list(items)
