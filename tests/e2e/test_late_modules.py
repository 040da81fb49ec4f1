"""What few visits import is not fetched before somebody does; then it is, and nothing is missing."""

from __future__ import annotations

import json
import zipfile
from pathlib import PurePosixPath

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Guard
from tests.e2e.lab import Lab
from tests.e2e.test_code import verdict, write
from web.site import vendor
from web.site.archive import DROP

# What cannot be imported for another reason, such as a terminal that is not there, can be in no Pyodide.
IMPORT_ALL = """
import importlib, json
def missing(names):
    for name in names:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name in names:
                yield error.name
        except BaseException:
            pass
json.dumps(list(missing(json.loads(NAMES))))
"""
UNWANTED = {
    "antigravity",
    "this",
    "_pyrepl._minimal_curses",
}  # opens a page, prints, wants a terminal


def shipped_modules() -> list[str]:
    """All that the libraries bring as they are published, but for what the site leaves out for good."""
    lock = vendor.read_lock()
    pyodide, wheels = vendor.fetch_pyodide(lock), vendor.fetch_wheels(lock)
    found = []
    for path in [
        *(path for name, path in pyodide.items() if name.endswith((".zip", ".whl"))),
        *wheels.values(),
    ]:
        with zipfile.ZipFile(path) as archive:
            paths = [PurePosixPath(name) for name in archive.namelist() if not DROP.search(name)]
        found += [
            ".".join(p.with_suffix("").parts).removesuffix(".__init__") for p in paths if p.suffix == ".py"
        ]
    return [name for name in found if name not in UNWANTED and not name.endswith("__main__")]


def test_what_is_imported_is_fetched_then_and_nothing_is_missing(page: Page, guard: Guard) -> None:
    lab = Lab(page)

    def fetched(library: str) -> bool:
        return any(f"lib/packages/{library}-" in url for url in guard.requests)

    assert not fetched("")
    write(
        page,
        "import colorsys\nfrom numpy.polynomial import Polynomial\n"
        "print(Polynomial([1, 2])(3), colorsys.rgb_to_hls(0, 0, 0))\n",
    )
    lab.press("Run code")
    expect(verdict(page)).to_be_visible()
    expect(page.get_by_text("7.0 (0.0, 0.0, 0.0)")).to_be_visible()
    assert fetched("stdlib")
    assert fetched("numpy")
    assert not fetched("tornado")
    names = shipped_modules()
    assert len(names) > 1000
    code = IMPORT_ALL.replace("NAMES", repr(json.dumps(names)))
    assert json.loads(page.workers[0].evaluate("(code) => pyodide.runPython(code)", code)) == []
    assert fetched("tornado")
