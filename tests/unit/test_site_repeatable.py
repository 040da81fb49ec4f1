"""Equal sources give equal bytes; what was interrupted goes on; what is in the cache needs no network."""

from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path

import pytest

from web.site import bundle, compiling, sbom, vendor
from web.site.archive import pack
from web.site.compiling import Job, compile_archives
from web.site.console import BuildError
from web.site.paths import cache_dir

CORE = cache_dir() / f"pyodide-{vendor.read_lock()['pyodide']['version']}"
built = pytest.mark.skipif(not CORE.exists(), reason=f"{CORE} is not there: build the site once")


def contents(folder: Path) -> dict[str, str]:
    """Path to hash of all files in a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@built
def test_two_builds_are_identical_and_the_second_needs_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNCORE_DATA", "/nowhere")  # the data sets have their own tests
    monkeypatch.setattr(bundle, "find_mnist", lambda data: None)
    first = contents(bundle.build_site(dist=tmp_path / "first"))

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert contents(bundle.build_site(dist=tmp_path / "second")) == first
    assert first


SOURCE = b"def f(x: int) -> bool:\n    return x in {'b', 'a', 'c', 'zz'}\n"


@built
def test_compiling_anew_gives_the_same_bytes_whatever_is_compiled_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job("one", pack([("one.py", SOURCE), ("data.txt", b"text")]), 2)
    other = Job("other", pack([("other.py", SOURCE * 2)]), 0, solid=False)
    monkeypatch.setenv("NNCORE_CACHE", str(tmp_path / "first"))
    alone = compile_archives([job], CORE)
    monkeypatch.setenv("NNCORE_CACHE", str(tmp_path / "second"))
    assert compile_archives([other, job], CORE)["one"] == alone["one"]


def test_an_interrupted_compilation_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNCORE_CACHE", str(tmp_path))
    jobs = [Job("one", b"1", 0), Job("two", b"2", 0)]
    asked: list[list[str]] = []

    def compile_first_then_fail(missing: list[Job], pyodide: Path) -> object:
        asked.append([job.name for job in missing])
        yield missing[0].name, b"made"
        if len(missing) > 1:
            raise BuildError("the power went")

    monkeypatch.setattr(compiling, "_compile", compile_first_then_fail)
    with pytest.raises(BuildError):
        compile_archives(jobs, tmp_path)
    assert compile_archives(jobs, tmp_path) == {"one": b"made", "two": b"made"}
    assert asked == [["one", "two"], ["two"]]


def test_the_bill_of_materials_lists_all_that_the_lock_lists() -> None:
    lock = vendor.read_lock()
    text = sbom.bill_of_materials(lock, "1.2.3")
    assert text == sbom.bill_of_materials(lock, "1.2.3")
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["metadata"]["component"]["version"]) == ("CycloneDX", "1.2.3")
    found = {part["hashes"][0]["content"]: part for part in bill["components"]}
    wheels = {wheel["sha256"]: wheel for wheel in lock["wheels"]}
    core = {entry["sha256"] for entry in lock["pyodide"]["files"].values()}
    modules = {package["files"][package["module"]]: package for package in lock["npm"]}
    assert found.keys() == wheels.keys() | core | modules.keys()
    for digest, package in modules.items():
        name = package["name"].replace("@", "%40")
        assert found[digest]["purl"] == f"pkg:npm/{name}@{package['version']}"
    for digest, wheel in wheels.items():
        assert found[digest]["purl"] == f"pkg:pypi/{wheel['name']}@{wheel['version']}"
        assert found[digest]["licenses"]


def test_the_bill_is_valid() -> None:
    """By the validator of the format's own library, where its schema checker is installed."""
    pytest.importorskip("jsonschema", reason="cyclonedx-python-lib[json-validation] is not installed")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = sbom.bill_of_materials(vendor.read_lock(), "1.2.3")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
