"""Modules that few visits use lie apart (`web/site/trim.py`) and come when they are imported.

What the visitor's code says it imports is fetched beforehand by Pyodide's own loader (`fetch_imports`); what
is imported in other ways, by a library or by name, while Python waits (`install`). Both go by
pyodide-lock.json.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from web.browser import bridge
from web.words import _

if bridge.IN_BROWSER:
    import js
    import pyodide_js

FOLDER = "lib/packages/"


class LateFinder(MetaPathFinder):
    """The last to be asked for a module: fetches the archive that has it.

    Parameters
    ----------
    packages : of pyodide-lock.json.
    """

    def __init__(self, packages: dict[str, dict[str, Any]]) -> None:
        self._archives = {name: entry for entry in packages.values() for name in entry["imports"]}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        entry = self._archives.get(fullname)
        if entry is None or hasattr(pyodide_js.loadedPackages, entry["name"]):
            return None
        _unpack(_fetch(entry, fullname))
        setattr(pyodide_js.loadedPackages, entry["name"], entry["file_name"])
        return PathFinder.find_spec(fullname, path, target)


def install() -> None:
    """From now on every module of the libraries can be imported."""
    packages = pyodide_js.lockfile.packages.to_py()
    sys.meta_path.append(LateFinder(packages))


async def fetch_imports(code: str) -> None:
    """Fetch what `code` imports, without blocking; what cannot be had is told when it is imported."""
    if bridge.IN_BROWSER:
        with suppress(Exception):
            await pyodide_js.loadPackagesFromImports(code)


def _fetch(entry: dict[str, Any], module: str) -> bytes:
    """The archive of a package; raises ImportError."""
    request = js.XMLHttpRequest.new()
    request.open("GET", js.siteURL(FOLDER + entry["file_name"]), False)  # Python waits for what it imports
    request.responseType = "arraybuffer"
    try:
        request.send()
    except Exception as error:
        raise ImportError(
            _(
                "{module} could not be fetched ({error}). Check the connection, try again.",
                module=module,
                error=error,
            ),
            name=module,
        ) from None
    content: bytes = request.response.to_bytes() if request.status == 200 else b""
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ImportError(
            _("{module} is missing from this site, did not arrive, or arrived changed.", module=module),
            name=module,
        )
    return content


def _unpack(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(sysconfig.get_path("purelib"))
    importlib.invalidate_caches()
