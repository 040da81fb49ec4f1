"""Parts the libraries: what visits use comes with the page, the rest when somebody imports it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from web.site.archive import Entry, fingerprint, pack, solid
from web.site.console import Stage
from web.site.paths import ROOT, SITE, cache_dir
from web.site.snapshot import run_python
from web.site.vendor import save

# Run one after the other.
CODE = (SITE / "touched.py", ROOT / "web/browser/stand_ins.py", SITE / "imported.py", SITE / "used.py")
MAKERS = (*CODE, SITE / "used.mjs", SITE / "python.mjs", ROOT / "web/worker/archive.js")
TRIMMED = ("stdlib", "numpy", "packages")
PACKAGES = "site-packages/"  # where all but the standard library lies, in its folder


Owners = dict[str, tuple[str, str]]  # top file or folder to name and version of the library that brings it


class Rest(NamedTuple):
    """What a library has beside what a visit uses, and the names whose import asks for it."""

    library: str
    version: str
    files: list[Entry]
    imports: list[str]


def used_files(pyodide: Path, zips: list[bytes], others: list[bytes]) -> set[str]:
    """What a visit opens or looks for, as paths below the standard library's folder."""
    recipe = fingerprint(*(path.read_bytes() for path in MAKERS), *zips, *others)
    kept = cache_dir() / "compiled" / f"used-{recipe}"
    if not kept.exists():
        with Stage("Seeing which modules a visit uses"):
            code = "\n".join(path.read_text("utf-8") for path in CODE)
            save(kept, run_python("used.mjs", pyodide, [*map(solid, zips), *others], code))
    return set(json.loads(kept.read_bytes()))


def trim(zips: dict[str, bytes], pyodide: Path, owners: Owners) -> list[Rest]:
    """Replace the libraries' zips by solid archives of what a visit uses; return what is left.

    Parameters
    ----------
    zips : by name; "stdlib", "numpy" and "packages" are to be trimmed, "nncore" and "web" are solid archives.
    pyodide : the folder of Pyodide's core.
    owners : of what lies at the top of each library's folder.

    Raises
    ------
    BuildError
        Node or Python failed.
    """
    used = used_files(pyodide, [zips[name] for name in TRIMMED], [zips["nncore"], zips["web"]])
    version = json.loads((pyodide / "pyodide-lock.json").read_bytes())["info"]["python"]
    zips["stdlib"], rest = part_stdlib(zips["stdlib"], used, version)
    rests = [rest]
    for name in TRIMMED[1:]:
        zips[name], more = part_libraries(zips[name], used, owners)
        rests += more
    return rests


def part_stdlib(zipped: bytes, used: set[str], version: str) -> tuple[bytes, Rest]:
    """The standard library without what is not used, as a solid archive, and the rest.

    The rest is going to lie in another folder, so what is a package stays whole.
    """
    tops = {first(path) for path in used}
    files = unzipped(zipped)
    kept = [entry for entry in files if first(entry[0]) in tops]
    rest = [entry for entry in files if first(entry[0]) not in tops]
    return solid(pack(kept)), Rest("stdlib", version, rest, import_names(kept, rest))


def part_libraries(zipped: bytes, used: set[str], owners: Owners) -> tuple[bytes, list[Rest]]:
    """Libraries without what is not used, as one solid archive, and what is left of each."""
    files = unzipped(zipped)
    kept = [entry for entry in files if PACKAGES + entry[0] in used]
    names = {name for name, _ in kept}
    left = sorted((owners[first(name)], name, data) for name, data in files if name not in names)
    rests = []
    for (library, version), group in groupby(left, lambda entry: entry[0]):
        rest = [(name, data) for _, name, data in group]
        if imports := import_names(kept, rest):
            rests.append(Rest(library, version, rest, imports))
    return solid(pack(kept)), rests


def import_names(kept: Iterable[Entry], rest: Iterable[Entry]) -> list[str]:
    """The shortest names of modules that only `rest` brings; what is below them is imported after them."""
    there = {str(parent) for name, _ in kept for parent in PurePosixPath(name).parents}
    names = set()
    for name, _ in rest:
        path = PurePosixPath(name)
        if path.suffix in (".pyc", ".so") and ".dist-info" not in name:
            parts = path.parts[:-1] + ((path.stem.partition(".")[0],) if path.stem != "__init__" else ())
            depth = next((n for n in range(1, len(parts)) if "/".join(parts[:n]) not in there), len(parts))
            names.add(".".join(parts[:depth]))
    return sorted(names)


def unzipped(zipped: bytes) -> list[Entry]:
    """The files of a zip."""
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist() if not name.endswith("/")]


def first(path: str) -> str:
    """The file or folder at the top that a path begins with."""
    return PurePosixPath(path).parts[0]
