"""One setting of a recipe: what it means and which values it takes.

Command line, dashboard, address and exported script all derive from these descriptions.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from nncore.errors import RecipeError
from nncore.registry import Registry
from nncore.text import Text

Value = bool | int | float | str | tuple[int, ...]
Kind = Literal["choice", "bool", "int", "float", "widths"]

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Setting:
    """Description of one field of `Recipe`.

    Attributes
    ----------
    name : str                          the field of `Recipe`, which also holds the default
    kind : str                          'choice', 'bool', 'int', 'float' or 'widths' (a tuple of ints)
    group, label, help : str            heading it belongs under, and words for a person
    choices : dict                      for 'choice': value -> words for it
    minimum, maximum : number           range of a number, or of each width
    log : bool                          a slider should be logarithmic
    max_length : int                    most widths there may be
    live : bool                         may be changed during a run
    takers : Registry, optional         the setting has an effect only with those of its entries that take it
    """

    name: str
    kind: Kind
    group: str
    label: str
    help: str
    choices: Mapping[str, str] = field(default_factory=dict)
    minimum: float = 0
    maximum: float = 0
    log: bool = False
    max_length: int = 5
    live: bool = False
    takers: Registry[Any] | None = None

    @property
    def applies_if(self) -> dict[str, tuple[str, ...]]:
        """Other field -> values of it with which this setting has an effect; empty if it always has."""
        return {} if self.takers is None else {self.takers.setting: self.takers.taking(self.name)}

    def applies(self, recipe: Any) -> bool:
        """Whether the setting has an effect within `recipe`."""
        return all(getattr(recipe, other) in values for other, values in self.applies_if.items())

    @property
    def condition(self) -> str:
        """When the setting applies, in words; '' if always."""
        parts = (f"{other} is {' or '.join(map(str, values))}" for other, values in self.applies_if.items())
        return " and ".join(parts)

    def check(self, value: Any) -> Value:
        """`value`, with ints made floats and lists tuples where needed; RecipeError if it is not allowed."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if self.kind == "bool" and isinstance(value, bool):
            return value
        if self.kind == "choice" and isinstance(value, str) and value in self.choices:
            return value
        if self.kind == "int" and number and self._in_range(value) and float(value).is_integer():
            return int(value)
        if self.kind == "float" and number and self._in_range(value):
            return float(value)
        if self.kind == "widths" and isinstance(value, list | tuple) and self._are_widths(value):
            return tuple(value)
        raise self._refusal(value)

    def _refusal(self, value: Any) -> RecipeError:
        return RecipeError(
            Text(
                "{name}: got {got}, expected {expected}",
                name=self.name,
                got=reprlib.repr(value),
                expected=self.expected,
            )
        )

    def _are_widths(self, values: Sequence[Any]) -> bool:
        whole = all(type(width) is int and self._in_range(width) for width in values)  # no truth values
        return whole and len(values) <= self.max_length

    def _in_range(self, value: float) -> bool:
        return self.minimum <= value <= self.maximum

    @property
    def expected(self) -> str:
        """The allowed values in words."""
        if self.kind == "bool":
            return Text("true or false")
        if self.kind == "choice":
            return Text("one of {choices}", choices=", ".join(self.choices))
        span = {"minimum": self.minimum, "maximum": self.maximum}
        if self.kind == "widths":
            return Text(
                "up to {most} whole numbers from {minimum:g} to {maximum:g}, separated by commas",
                most=self.max_length,
                **span,
            )
        if self.kind == "int":
            return Text("a whole number from {minimum:g} to {maximum:g}", **span)
        return Text("a number from {minimum:g} to {maximum:g}", **span)

    def parse(self, text: str) -> Value:
        """The value written as `text`, as on the command line or in an address."""
        try:
            if self.kind == "bool":
                return _WORDS[text.lower()]
            if self.kind == "widths":
                return self.check([int(width) for width in text.split(",") if width.strip()])
            if self.kind in ("int", "float"):
                return self.check(float(text) if self.kind == "float" else int(text))
        except (KeyError, ValueError):
            raise self._refusal(text) from None
        return self.check(text)

    def format(self, value: Value) -> str:
        """`value` as text that `parse` reads back."""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, tuple):
            return ",".join(map(str, value))
        return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)
