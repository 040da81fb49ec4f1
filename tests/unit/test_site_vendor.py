"""Fetched files are exactly those of the lock file, or the build stops and says so."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from web.site import vendor
from web.site.console import BuildError

GOOD = b"the file that was locked"


@pytest.fixture
def lock() -> vendor.Lock:
    entry = {"sha256": vendor.sha256(GOOD), "size": len(GOOD)}
    return {
        "pyodide": {
            "version": "1",
            "sources": [{"url": "first/"}, {"url": "second/"}],
            "files": {"core.wasm": entry},
        },
        "wheels": [
            {"name": "pack", "version": "1", "file": "pack-1-py3-none-any.whl", "sha256": entry["sha256"]}
        ],
    }


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NNCORE_CACHE", str(tmp_path))
    return tmp_path


def serve(monkeypatch: pytest.MonkeyPatch, content: dict[str, bytes]) -> list[str]:
    """Make each source of the lock give `content[url]`; returns the list of sources asked."""
    asked: list[str] = []

    def members(source: dict[str, str], names: list[str]) -> Any:
        asked.append(source["url"])
        if source["url"] not in content:
            raise OSError("no route to host")
        return [(name, content[source["url"]]) for name in names]

    monkeypatch.setattr(vendor, "_members", members)
    return asked


def test_real_lock_names_source_version_and_hash_of_everything() -> None:
    lock = vendor.read_lock()
    assert all(len(entry["sha256"]) == 64 for entry in lock["pyodide"]["files"].values())
    assert len(lock["pyodide"]["sources"]) >= 2
    for wheel in lock["wheels"]:
        assert wheel["version"] in wheel["file"]
        assert len(wheel["sha256"]) == 64
        assert wheel["licence"]


def test_fetches_once_then_uses_the_cache(lock: vendor.Lock, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = serve(monkeypatch, {"first/": GOOD})
    paths = vendor.fetch_pyodide(lock)
    assert paths["core.wasm"].read_bytes() == GOOD
    vendor.fetch_pyodide(lock)
    assert asked == ["first/"]


def test_next_source_is_tried_when_one_is_out_of_reach(
    lock: vendor.Lock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = serve(monkeypatch, {"second/": GOOD})
    vendor.fetch_pyodide(lock)
    assert asked == ["first/", "second/"]


def test_wrong_hash_stops_the_build(lock: vendor.Lock, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, {"first/": b"something else", "second/": GOOD})
    with pytest.raises(BuildError, match=r"core\.wasm from first/ is not the file") as caught:
        vendor.fetch_pyodide(lock)
    assert vendor.sha256(GOOD) in str(caught.value)
    assert vendor.sha256(b"something else") in str(caught.value)
    assert not list(cache.rglob("core.wasm*"))


def test_damaged_cache_is_fetched_anew(
    lock: vendor.Lock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(monkeypatch, {"first/": GOOD})
    path = vendor.fetch_pyodide(lock)["core.wasm"]
    path.write_bytes(GOOD[:-1])
    assert vendor.fetch_pyodide(lock)["core.wasm"].read_bytes() == GOOD
    assert "damaged" in capsys.readouterr().out


def test_no_source_in_reach_names_them_all(lock: vendor.Lock, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, {})
    with pytest.raises(BuildError, match="online") as caught:
        vendor.fetch_pyodide(lock)
    assert "first/" in str(caught.value)
    assert "second/" in str(caught.value)


def pip_that(gives: bytes | None) -> Any:
    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        assert "--require-hashes" in command
        if gives is None:
            return subprocess.CompletedProcess(command, 1, "", "DO NOT MATCH THE HASHES")
        Path(command[command.index("--dest") + 1], "pack-1-py3-none-any.whl").write_bytes(gives)
        return subprocess.CompletedProcess(command, 0, "", "")

    return run


def test_wheels_come_through_pip_with_hashes(lock: vendor.Lock) -> None:
    assert vendor.fetch_wheels(lock, pip_that(GOOD))["pack"].read_bytes() == GOOD
    vendor.fetch_wheels(lock, pip_that(None))  # from the cache: pip is not asked again


@pytest.mark.parametrize(("gives", "says"), [(None, "DO NOT MATCH"), (b"other", "is not the file")])
def test_wrong_wheel_stops_the_build(lock: vendor.Lock, gives: bytes | None, says: str) -> None:
    with pytest.raises(BuildError, match=says):
        vendor.fetch_wheels(lock, pip_that(gives))
