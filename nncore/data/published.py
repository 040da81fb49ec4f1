"""Data sets that their authors publish the way MNIST is: four gzipped IDX files in a folder.

The files are looked for in the folder given, else in `NNCORE_DATA`, else in the cache folder
(`$XDG_CACHE_HOME/nncore` or `~/.cache/nncore`), each time under the data set's name: `mnist/*.gz`.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import urllib.request
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Dataset
from nncore.data.idx import parse_idx
from nncore.errors import DataError

FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def cache_folder() -> Path:
    """Where downloaded data is kept: `$XDG_CACHE_HOME/nncore`, or `~/.cache/nncore`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nncore"


@dataclass
class Published:
    """One such data set.

    Attributes
    ----------
    name : str                  of the folder, and of the data set
    title : str                 as its authors write it
    origin : str                where one can have the files
    about : str                 where the images come from, in a sentence
    noun : str                  what a sample shows
    class_names : tuple of str  a name for each class; empty if they are numbers
    digests : dict              file -> sha256 of the uncompressed bytes (the mirrors' packing differs)
    mirrors : tuple of str      addresses, ending in /, that the files can be fetched from
    """

    name: str
    title: str
    origin: str
    about: str
    noun: str
    class_names: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    mirrors: tuple[str, ...] = ()

    def find(self, folder: str | Path | None = None) -> Path | None:
        """The folder that holds the four files, or None.  A `folder` given is the only one looked into."""
        place = _place(folder)
        candidates = [place / self.name]
        if self.digests or place.name == self.name:  # else it could hold another set's files of these names
            candidates.append(place)
        return next((path for path in candidates if all((path / name).is_file() for name in FILES)), None)

    def load(self, folder: str | Path | None = None, *, download: bool = False) -> tuple[Dataset, Dataset]:
        """The data set as (train, test); DataError if it is missing, damaged, or cannot be fetched.

        Parameters
        ----------
        folder : path, optional     default: `NNCORE_DATA`, else the cache folder
        download : bool             fetch missing files from the mirrors into the cache folder
        """
        found = self.find(folder)
        if found is None and download:
            found = self.download()
        if found is None:
            asking = "pass download=True (--download on the command line), " if self.mirrors else ""
            raise DataError(
                f"{self.title} was not found: got no {_place(folder) / self.name} with the files "
                f"{', '.join(FILES)}, which are published at {self.origin}. Set NNCORE_DATA to a folder that "
                f"holds {self.name}/*.gz, {asking}or use the embedded digits"
            )
        return self.datasets([parse_idx(self._read(found / name), str(found / name)) for name in FILES])

    __call__ = load

    def datasets(self, arrays: Sequence[NDArray[np.uint8]]) -> tuple[Dataset, Dataset]:
        """The arrays of the four files, in the order of `FILES`, as (train, test)."""
        train_images, train_labels, test_images, test_labels = arrays
        train, test = (
            Dataset(
                images,
                labels.astype(np.int64),
                self.name,
                class_names=self.class_names,
                noun=self.noun,
                about=self.about,
            )
            for images, labels in ((train_images, train_labels), (test_images, test_labels))
        )
        return train, test

    def download(self, folder: Path | None = None, timeout: float = 30) -> Path:
        """Fetch the files into `folder` (default: the cache folder); returns the folder that holds them."""
        if not self.mirrors:
            raise DataError(
                f"{self.title} cannot be fetched by nncore, expected its files in a folder; they are "
                f"published at {self.origin}"
            )
        target = (folder or cache_folder()) / self.name
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            if not (target / name).is_file():
                content = self._fetch(name, target, timeout)
                partial = target / f"{name}.part"
                partial.write_bytes(content)
                partial.replace(target / name)
        return target

    def _fetch(self, name: str, target: Path, timeout: float) -> bytes:
        """One file, still compressed, from the first mirror that has it."""
        reasons = []
        for mirror in self.mirrors:
            try:
                with urllib.request.urlopen(mirror + name, timeout=timeout) as response:
                    content: bytes = response.read()
                self.check(name, gzip.decompress(content))
            except (OSError, EOFError, HTTPException, zlib.error, DataError) as error:
                reasons.append(f"{mirror}: {error}")
            else:
                return content
        raise DataError(
            f"{name} could not be fetched ({'; '.join(reasons)}); put the file into {target} by hand"
        )

    def _read(self, path: Path) -> bytes:
        """The uncompressed content of one file, verified."""
        try:
            content = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"{path}: cannot be read ({error}); fetch the file again") from None
        self.check(path.name, content, str(path))
        return content

    def check(self, name: str, content: bytes, where: str = "") -> None:
        """Raise DataError unless the uncompressed content is the one of file `name`, where that is known."""
        found, expected = hashlib.sha256(content).hexdigest(), self.digests.get(name)
        if expected not in (None, found):
            raise DataError(f"{where or name}: got sha256 {found}, expected {expected}; fetch the file again")


def _place(folder: str | Path | None) -> Path:
    """Where data sets are looked for."""
    return Path(folder or os.environ.get("NNCORE_DATA") or cache_folder())
