"""The data sets that have been loaded, and the loading of another one beside everything else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nncore.data import Dataset, load_digits
from nncore.errors import DataError
from nncore.recipe import Recipe
from web.session.data import NativeSource, Pair, Source
from web.session.hub import Hub
from web.words import _

log = logging.getLogger(__name__)
Key = tuple[Any, ...]  # a data set's name, and the settings that it is made by


class Library:
    """Data sets by the names that `Recipe.dataset` takes; emits "data" while one is being fetched.

    Attributes
    ----------
    loading : name of the data set that is on its way, or None.
    share : how much of it has arrived, 0 to 1.
    error : why the last one could not be had, or None.
    """

    def __init__(self, hub: Hub, source: Source | None = None) -> None:
        self._hub = hub
        self._source = source or NativeSource()
        self._sets: dict[Key, Pair] = {("digits",): load_digits()}
        self._task: asyncio.Task[None] | None = None
        self.loading: str | None = None
        self.share = 0.0
        self.error: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The data sets that can be chosen."""
        return tuple(dict.fromkeys((*self._source.names, *(name for name, *_ in self._sets))))

    def __getitem__(self, recipe: Recipe) -> Pair:
        return self._sets[_key(recipe)]

    def get(self, name: str) -> Pair | None:
        """The data set if it has been loaded."""
        return self._sets.get((name,))

    def put(self, name: str, data: Pair) -> None:
        """Add a data set, or replace it; what was being fetched is not wanted any more."""
        self._sets[(name,)] = data
        self._end(None)

    def fail(self, error: str) -> None:
        """Say why what was asked for could not be had; what is being fetched is still wanted."""
        self.error = error
        self._hub.emit("data")

    def cancel(self) -> None:
        """What is being fetched is not wanted any more."""
        self._end(None)

    def fetch(self, recipe: Recipe, arrived: Callable[[], None], failed: Callable[[], None]) -> None:
        """Have a recipe's data and call `arrived`: at once if they are there, else when they are loaded.

        A later `fetch` takes the place of one under way. What goes wrong is left in `error`, and `failed` is
        called.
        """
        self._end(None)
        name = recipe.dataset
        if _key(recipe) in self._sets:
            arrived()
        elif name not in self._source.names:
            self._end(
                _(
                    "The data set {name!r} is not part of this site; there are: {names}.",
                    name=name,
                    names=", ".join(self.names),
                )
            )
            failed()
        else:
            self.loading, self.share = name, 0.0
            self._task = asyncio.get_running_loop().create_task(self._load(recipe, arrived, failed))
            self._hub.emit("data")

    async def _load(self, recipe: Recipe, arrived: Callable[[], None], failed: Callable[[], None]) -> None:
        name, problem = recipe.dataset, None
        try:
            train, test = await self._source.load(name, self._report, **recipe.data_options)
            self._sets[_key(recipe)] = _named(train), _named(test)
        except (DataError, OSError) as error:
            problem = str(error)
        except Exception as error:  # a fault of the program; the visitor must not wait for ever because of it
            log.exception("loading %r failed", name)
            problem = _(
                "{name} could not be loaded ({kind}: {error}). Reload the page.",
                name=name,
                kind=type(error).__name__,
                error=error,
            )
        self._task = None
        self._end(problem or self.error)
        if problem is None:
            arrived()
        else:
            failed()

    def _report(self, share: float) -> None:
        self.share = share
        self._hub.emit("data")

    def _end(self, error: str | None) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.loading, self.error = None, error
        self._hub.emit("data")


def _named(data: Dataset) -> Dataset:
    """The data with the names of their classes in the visitor's language."""
    names = tuple(map(_, data.class_names))
    return data if names == data.class_names else replace(data, class_names=names)


def _key(recipe: Recipe) -> Key:
    return recipe.dataset, *recipe.data_options.values()
