"""MNIST (LeCun, Cortes, Burges 1998): 60,000 training and 10,000 test images of 28x28 pixels, from 0 to 255.

The files are looked for in the folder given, else in `NNCORE_DATA`, else in the cache folder
(`$XDG_CACHE_HOME/nncore` or `~/.cache/nncore`), each time as `mnist/*.gz`.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import urllib.request
import zlib
from http.client import HTTPException
from pathlib import Path

import numpy as np

from nncore.data.dataset import Dataset
from nncore.data.idx import parse_idx
from nncore.errors import DataError

#: File name -> sha256 of the uncompressed bytes (mirrors compress them differently).
FILES = {
    "train-images-idx3-ubyte.gz": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte.gz": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte.gz": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte.gz": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


def cache_folder() -> Path:
    """Where downloaded data is kept: `$XDG_CACHE_HOME/nncore`, or `~/.cache/nncore`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nncore"


def find_mnist(folder: str | Path | None = None) -> Path | None:
    """The folder that holds the four MNIST files, or None.  A `folder` given is the only one looked into."""
    chosen = folder or os.environ.get("NNCORE_DATA")
    places = [Path(chosen)] if chosen else [cache_folder()]
    candidates = [path for place in places for path in (place / "mnist", place)]
    return next((path for path in candidates if all((path / name).is_file() for name in FILES)), None)


def load_mnist(folder: str | Path | None = None, *, download: bool = False) -> tuple[Dataset, Dataset]:
    """MNIST as (train, test).

    Parameters
    ----------
    folder : path, optional     a folder holding `mnist/*.gz`; default: `NNCORE_DATA`, else the cache folder
    download : bool             fetch missing files from public mirrors into the cache folder

    Raises DataError if the files are missing, damaged, or cannot be fetched.
    """
    found = find_mnist(folder)
    if found is None and download:
        found = download_mnist()
    if found is None:
        where = folder or os.environ.get("NNCORE_DATA") or cache_folder()
        raise DataError(
            f"MNIST was not found: got no {Path(where) / 'mnist'} with the files {', '.join(FILES)}. Set "
            "NNCORE_DATA to a folder that holds mnist/*.gz, pass download=True (--download on the command "
            "line), or use the embedded digits"
        )
    arrays = [parse_idx(_read(found / name), str(found / name)) for name in FILES]
    train_images, train_labels, test_images, test_labels = arrays
    return (
        Dataset(train_images, train_labels.astype(np.int64), "mnist", noun="digit"),
        Dataset(test_images, test_labels.astype(np.int64), "mnist", noun="digit"),
    )


def download_mnist(folder: Path | None = None, timeout: float = 30) -> Path:
    """Fetch the four files, about 12 MB, into `folder` (default: the cache folder); returns their folder."""
    target = (folder or cache_folder()) / "mnist"
    target.mkdir(parents=True, exist_ok=True)
    for name, digest in FILES.items():
        if (target / name).is_file():
            continue
        reasons = []
        for mirror in MIRRORS:
            try:
                with urllib.request.urlopen(mirror + name, timeout=timeout) as response:
                    content = response.read()
                found = hashlib.sha256(gzip.decompress(content)).hexdigest()
                if found != digest:
                    raise OSError(f"sha256 is {found}, expected {digest}")
            except (OSError, EOFError, HTTPException, zlib.error) as error:
                reasons.append(f"{mirror}: {error}")
                continue
            partial = target / f"{name}.part"
            partial.write_bytes(content)
            partial.replace(target / name)
            break
        else:
            raise DataError(
                f"{name} could not be fetched ({'; '.join(reasons)}); put the file into {target} by hand"
            )
    return target


def _read(path: Path) -> bytes:
    """The uncompressed content of one file, verified."""
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read ({error}); fetch the file again") from None
    found = hashlib.sha256(content).hexdigest()
    if found != FILES[path.name]:
        raise DataError(f"{path}: got sha256 {found}, expected {FILES[path.name]}; fetch the file again")
    return content
