"""What a pasted notebook imports and this page has not: Keras's loader of MNIST, and tqdm's bars."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sized
from types import ModuleType
from typing import Any

import numpy as np

from nncore.custom import Output
from web.session.data import Pair
from web.words import _

EVERY = 2.0  # seconds between two lines of a bar


def stand_ins(output: Output, mnist: Callable[[], Pair | None]) -> dict[str, ModuleType]:
    """Modules by name; `mnist` gives MNIST if it has been loaded."""

    def load_data() -> tuple[tuple[Any, Any], tuple[Any, Any]]:
        pair = mnist()
        if pair is None:
            raise RuntimeError(
                _("MNIST is not here yet: choose it under Data, and run again when it has arrived")
            )
        # Copies: a notebook may shuffle them in place.
        train, test = ((np.array(data.images), np.array(data.labels)) for data in pair)
        return train, test

    class Bar:
        """What of tqdm notebooks use: a loop that says now and then how far it is."""

        def __init__(self, items: Iterable[Any] = (), desc: str = "", **options: Any) -> None:
            self._items, self._words, self._postfix = items, desc, ""
            self._total = options.get("total") or (len(items) if isinstance(items, Sized) else None)
            self._done = 0

        def __iter__(self) -> Iterator[Any]:
            told = time.monotonic()
            for item in self._items:
                yield item
                self._done += 1
                if time.monotonic() - told > EVERY:
                    told = time.monotonic()
                    self._tell()
            self._tell()

        def set_description(self, words: str = "", refresh: bool = True) -> None:
            self._words = words

        def set_postfix_str(self, words: str = "", refresh: bool = True) -> None:
            self._postfix = words

        def set_postfix(self, refresh: bool = True, **figures: Any) -> None:
            self._postfix = ", ".join(f"{name}={value}" for name, value in figures.items())

        def _tell(self) -> None:
            of = f"/{self._total}" if self._total is not None else ""
            output.print(f"{self._words}{self._done}{of}  {self._postfix}")

    datasets = _module("keras.datasets", mnist=_module("keras.datasets.mnist", load_data=load_data))
    keras = _module("keras", datasets=datasets)
    bars = _module("tqdm", tqdm=Bar, trange=lambda count, **options: Bar(range(count), **options))
    return {
        "keras": keras,
        "keras.datasets": datasets,
        "keras.datasets.mnist": datasets.mnist,
        "tensorflow": _module("tensorflow", keras=keras),
        "tensorflow.keras": keras,
        "tensorflow.keras.datasets": datasets,
        "tqdm": bars,
        "tqdm.notebook": bars,
        "tqdm.auto": bars,
    }


def _module(name: str, **content: Any) -> Any:
    module = ModuleType(name)
    vars(module).update(content)
    return module
