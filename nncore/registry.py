"""Things that a recipe names: an entry says what a name means, in words and as a class or function.

>>> from nncore.registry import Registry
>>> GREETINGS = Registry("greeting")
>>> @GREETINGS.add("hello", "a plain hello", times="epochs")
... def hello(times: int) -> str:
...     return "hello " * times
>>> GREETINGS["hello"].label
'a plain hello'
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from nncore.errors import RecipeError
from nncore.text import Text

Made = TypeVar("Made")
Maker = TypeVar("Maker", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry(Generic[Made]):
    """One name of a registry.

    Attributes
    ----------
    name : str              what a recipe, the command line and an address call it
    label : str             words for a person
    make : callable         the class, or a function that returns an object
    arguments : dict        argument of `make` -> setting of a recipe that gives its value
    """

    name: str
    label: str
    make: Callable[..., Made]
    arguments: Mapping[str, str]

    def values(self, recipe: Any) -> dict[str, Any]:
        """The arguments of `make` that `recipe` sets."""
        return {argument: getattr(recipe, setting) for argument, setting in self.arguments.items()}

    def build(self, recipe: Any, *others: Any) -> Made:
        """What `make` makes of the arguments that no setting gives, and of those that `recipe` sets."""
        return self.make(*others, **self.values(recipe))


class Registry(Generic[Made]):
    """All things of one kind by name, in the order in which they were added.

    Parameters
    ----------
    setting : str       the setting of a recipe that chooses among them; errors begin with it

    Attributes
    ----------
    labels : mapping    name -> words, always up to date
    """

    def __init__(self, setting: str) -> None:
        self.setting = setting
        self._entries: dict[str, Entry[Made]] = {}
        self._labels: dict[str, str] = {}
        self.labels: Mapping[str, str] = MappingProxyType(self._labels)

    def add(self, name: str, label: str, *settings: str, **arguments: str) -> Callable[[Maker], Maker]:
        """Decorator that adds a class or a function under `name`.

        `settings` name those settings of a recipe that are passed on as arguments of the same name;
        `argument="setting"` passes one on under another name.  ValueError if the name is taken.
        """

        def decorate(make: Maker) -> Maker:
            if name in self._entries:
                raise ValueError(f"{self.setting}: got {name!r} a second time, expected a new name")
            self._entries[name] = Entry(name, label, make, {s: s for s in settings} | arguments)
            self._labels[name] = label
            return make

        return decorate

    def remove(self, name: str) -> None:
        """Take an entry out again; RecipeError if there is none."""
        del self._entries[self[name].name], self._labels[name]

    def __getitem__(self, name: str) -> Entry[Made]:
        try:
            return self._entries[name]
        except KeyError:
            raise RecipeError(
                Text(
                    "{setting}: got {name!r}, expected one of {entries}",
                    setting=self.setting,
                    name=name,
                    entries=", ".join(self._entries),
                )
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def makers(self) -> tuple[Callable[..., Made], ...]:
        """The classes and functions of all entries."""
        return tuple(entry.make for entry in self._entries.values())

    def taking(self, setting: str) -> tuple[str, ...]:
        """Names of the entries that `setting` makes a difference to."""
        return tuple(name for name in self if setting in self[name].arguments.values())
