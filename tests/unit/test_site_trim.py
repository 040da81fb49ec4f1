"""The libraries are parted: what a visit uses, and the rest, which Pyodide's own list names."""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from pathlib import Path

from pyodide_lock import PyodideLockSpec

from web.site.archive import owners, pack
from web.site.packages import FOLDER, add_packages
from web.site.trim import PACKAGES, Rest, import_names, part_libraries, part_stdlib

OFFICIAL = (
    b'{"info": {"arch": "wasm32", "platform": "any", "python": "3.13.2", "version": "1"}, "packages": {}}'
)
LIBRARY = [
    (name, name.encode())
    for name in (
        "plots/__init__.pyc",
        "plots/core.pyc",
        "plots/core.json",
        "plots/maps.pyc",
        "plots/geo/__init__.pyc",
        "plots/geo/tiles.pyc",
        "plots/names/inner.pyc",
        "plots-2.dist-info/METADATA",
        "spare.pyc",
    )
]
OWNERS = {"plots": ("plots", "2"), "plots-2.dist-info": ("plots", "2"), "spare.pyc": ("spare", "1")}


def names(solid: bytes) -> list[str]:
    return [name for name, _ in json.loads(gzip.decompress(solid).partition(b"\n")[0])]


def test_a_library_is_parted_by_what_is_used() -> None:
    used = {PACKAGES + name for name in ("plots/__init__.pyc", "plots/core.pyc", "plots/core.json")}
    kept, rests = part_libraries(pack(LIBRARY), used, OWNERS)
    assert names(kept) == ["plots/__init__.pyc", "plots/core.pyc", "plots/core.json"]
    plots, spare = rests
    assert (plots.library, plots.version) == ("plots", "2")
    assert plots.imports == ["plots.geo", "plots.maps", "plots.names"]  # what is in them comes after them
    assert {name for name, _ in plots.files} == {name for name, _ in LIBRARY} - set(names(kept)) - {
        "spare.pyc"
    }
    assert spare.imports == ["spare"]


def test_a_package_of_the_standard_library_stays_whole() -> None:
    zipped = pack([(name, b"") for name in ("json/__init__.pyc", "json/tool.pyc", "turtle.pyc", "re.pyc")])
    kept, rest = part_stdlib(zipped, {"json/__init__.pyc", "re.pyc"}, "3.13.2")
    assert names(kept) == ["json/__init__.pyc", "json/tool.pyc", "re.pyc"]
    assert rest.imports == ["turtle"]


def test_shared_libraries_are_modules_too() -> None:
    assert import_names([("a/__init__.pyc", b"")], [("a/fast.cpython-313-wasm32-emscripten.so", b"")]) == [
        "a.fast"
    ]


def test_the_list_of_packages_is_pyodides_own_and_true(tmp_path: Path) -> None:
    rest = Rest("plots", "2", [("plots/maps.pyc", b"code")], ["plots.maps"])
    (tmp_path / "pyodide-lock.json").write_bytes(add_packages(tmp_path, [rest], OFFICIAL))
    lock = PyodideLockSpec.from_json(tmp_path / "pyodide-lock.json")
    assert lock.info.python == "3.13.2"
    entry = lock.packages["plots-rest"]
    content = (tmp_path / FOLDER / entry.file_name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry.sha256
    assert entry.imports == ["plots.maps"]
    assert zipfile.ZipFile(tmp_path / FOLDER / entry.file_name).namelist() == ["plots/maps.pyc"]


def test_owners_are_read_from_the_wheels(tmp_path: Path) -> None:
    wheel = tmp_path / "plots-2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as made:
        for name in ("plots/core.py", "single.py", "plots-2.dist-info/METADATA"):
            made.writestr(name, "")
    found = owners({"plots": wheel})
    assert found == dict.fromkeys(("plots", "single.pyc", "plots-2.dist-info"), ("plots", "2"))
