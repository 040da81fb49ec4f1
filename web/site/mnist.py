"""Find the four MNIST files for the site; without them it is built with the embedded digits alone.

Looked for in the folder given by `--data` or `NNCORE_DATA` (it holds `mnist/*.gz`), then in the cache folder,
then on the public mirrors. The content is what the sha256 is of: each publisher packs it differently.
"""

from __future__ import annotations

import gzip
import os
import urllib.request
import zlib
from pathlib import Path

from nncore.data.mnist import MNIST
from nncore.data.published import FILES
from nncore.errors import DataError
from web.site.console import BuildError, Stage, say
from web.site.paths import cache_dir
from web.site.vendor import save


def find_mnist(folder: Path | None) -> dict[str, bytes] | None:
    """The four gzip files by name, or None when they are nowhere to be had.

    Raises
    ------
    BuildError
        `folder` was named but lacks a file or holds a damaged one.
    """
    if folder is None and os.environ.get("NNCORE_DATA"):
        folder = Path(os.environ["NNCORE_DATA"])
    if folder is not None:
        return {name: _read(folder.expanduser() / "mnist" / name) for name in FILES}
    cache = cache_dir() / "mnist"
    if all((cache / name).exists() for name in FILES):
        return {name: _read(cache / name) for name in FILES}
    for mirror in MNIST.mirrors:
        try:
            with Stage(f"Fetching MNIST from {mirror}"):
                files = {name: _download(mirror + name, name) for name in FILES}
        except (OSError, ValueError) as error:
            say(f"    {error}")
            continue
        for name, data in files.items():
            save(cache / name, data)
        return files
    say("  MNIST is not at hand: the site is built with the embedded 8x8 digits alone.")
    say(f"  To add it later, put the four .gz files into {cache}, or name a folder with --data.")
    return None


def _read(path: Path) -> bytes:
    if not path.exists():
        raise BuildError(
            f"{path} does not exist. The data folder must hold mnist/ with these files: {', '.join(FILES)}."
        )
    data = path.read_bytes()
    if not _right(path.name, data):
        raise BuildError(f"{path} is not MNIST's {path.name}, or is damaged. Replace or remove it.")
    return data


def _download(url: str, name: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        data: bytes = answer.read()
    if not _right(name, data):
        raise ValueError(f"{url} is not MNIST's {name} (wrong sha256)")
    return data


def _right(name: str, data: bytes) -> bool:
    try:
        MNIST.check(name, gzip.decompress(data))
    except (OSError, EOFError, zlib.error, DataError):
        return False
    return True
