"""A module that lies apart is fetched when it is imported; a failure is said in the import's error."""

from __future__ import annotations

import hashlib
import importlib
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from web.browser import late_modules
from web.site.archive import pack

ARCHIVE = pack(
    [("apart/__init__.py", b"from apart.inner import VALUE\n"), ("apart/inner.py", b"VALUE = 7\n")]
)


class Request:
    """What the browser's request answers."""

    answer: bytes | None = ARCHIVE
    asked: list[str] = []  # noqa: RUF012 - emptied by each test

    def open(self, method: str, address: str, later: bool) -> None:
        assert not later
        self.asked.append(address)

    def send(self) -> None:
        if self.answer is None:
            raise OSError("no network")
        self.status = 200
        self.response = SimpleNamespace(to_bytes=lambda: self.answer)


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Python as in the page, with one archive apart; what Pyodide's loader knows to be loaded."""
    entry = {"name": "apart-rest", "file_name": "apart-1.zip", "imports": ["apart"]}
    entry["sha256"] = hashlib.sha256(ARCHIVE).hexdigest()
    packages = SimpleNamespace(to_py=lambda: {"apart-rest": entry})
    pyodide = SimpleNamespace(loadedPackages=SimpleNamespace(), lockfile=SimpleNamespace(packages=packages))
    script = SimpleNamespace(XMLHttpRequest=SimpleNamespace(new=Request), siteURL=lambda path: f"site/{path}")
    monkeypatch.setattr(late_modules, "js", script, raising=False)
    monkeypatch.setattr(late_modules, "pyodide_js", pyodide, raising=False)
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(Request, "answer", ARCHIVE)
    monkeypatch.setattr(Request, "asked", [])
    late_modules.install()
    yield pyodide.loadedPackages
    for name in ("apart", "apart.inner"):
        sys.modules.pop(name, None)


def test_an_import_fetches_what_lies_apart_once(loaded: SimpleNamespace) -> None:
    assert importlib.import_module("apart").VALUE == 7
    assert importlib.import_module("apart.inner").VALUE == 7
    assert Request.asked == ["site/lib/packages/apart-1.zip"]
    assert hasattr(loaded, "apart-rest")  # so Pyodide's own loader does not fetch it again
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("nowhere")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, r"apart could not be fetched \(no network\)"),
        (b"another file", "apart is missing from this site"),
    ],
)
def test_a_failure_is_the_imports_and_the_next_import_tries_again(
    loaded: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, answer: bytes | None, says: str
) -> None:
    monkeypatch.setattr(Request, "answer", answer)
    with pytest.raises(ImportError, match=says):
        importlib.import_module("apart")
    monkeypatch.setattr(Request, "answer", ARCHIVE)
    assert importlib.import_module("apart").VALUE == 7
