"""`build.py update` writes newer pins into the lock, touches nothing else, and tests them."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from web.site import npm, update, vendor
from web.site.console import BuildError

FILES = {"dist/index.js": b"newer code", "LICENSE": b"MIT"}


def pip(versions: dict[str, str], returncode: int = 0) -> Any:
    """Stands in for subprocess.run: pip's report about newer versions, the others as they are."""

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        entries = []
        for wheel in vendor.read_lock()["wheels"]:
            version = versions.get(wheel["name"], wheel["version"])
            url = f"https://index.test/x/{wheel['file'].replace(wheel['version'], version)}"
            digest = wheel["sha256"] if version == wheel["version"] else "ab" * 32
            entries.append(
                {
                    "metadata": {"name": wheel["name"].replace("-", "_").title(), "version": version},
                    "download_info": {"url": url, "archive_info": {"hashes": {"sha256": digest}}},
                }
            )
        Path(command[command.index("--report") + 1]).write_text(json.dumps({"install": entries}))
        return subprocess.CompletedProcess(command, returncode, "", "no such package")

    return run


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies of the lock and the project's settings, to be rewritten."""
    for name in ("LOCK", "PYPROJECT"):
        copy = tmp_path / getattr(update, name).name
        copy.write_bytes(getattr(update, name).read_bytes())
        monkeypatch.setattr(update, name, copy)
    publish(monkeypatch, {})
    return tmp_path


def publish(
    monkeypatch: pytest.MonkeyPatch, versions: dict[str, str], files: dict[str, bytes] = FILES
) -> None:
    """Stands in for npm: newer versions of some packages, made of `files`; the others as they are."""
    known = {package["name"]: package["version"] for package in vendor.read_lock()["npm"]} | versions

    def packed(package: dict[str, Any]) -> bytes:
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as archive:
            for name, text in files.items():
                member = tarfile.TarInfo(f"package/{name}")
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text))
        return content.getvalue()

    monkeypatch.setattr(npm, "newest_version", known.__getitem__)
    monkeypatch.setattr(npm, "pack", packed)


def test_newer_versions_are_written_and_tested(files: Path) -> None:
    before = json.loads(update.LOCK.read_text("utf-8"))
    old = {wheel["name"]: wheel for wheel in before["wheels"]}
    tested: list[bool] = []
    run = pip({"bleach": "99.1", "panel": "1.8.99"})
    assert update.update(lambda: tested.append(True) or 0, run) == 0
    after = json.loads(update.LOCK.read_text("utf-8"))
    new = {wheel["name"]: wheel for wheel in after["wheels"]}
    changed = {name for name in new if new[name] != old[name]}
    assert changed == {"bleach", "panel"}
    assert new["bleach"]["file"] == "bleach-99.1-py3-none-any.whl"
    assert (new["bleach"]["version"], new["bleach"]["sha256"]) == ("99.1", "ab" * 32)
    assert new["panel"]["hold"] == old["panel"]["hold"]
    assert after["pyodide"] == before["pyodide"]
    assert '"bleach==99.1"' in update.PYPROJECT.read_text("utf-8")
    assert tested == [True]


def test_nothing_is_written_or_tested_where_nothing_is_newer(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = update.LOCK.read_bytes()
    assert update.update(lambda: pytest.fail("tested"), pip({})) == 0
    assert update.LOCK.read_bytes() == before
    assert "up to date" in capsys.readouterr().out


def test_failing_tests_say_how_to_go_back(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert update.update(lambda: 1, pip({"tqdm": "99.0"})) == 1
    assert "git checkout web/site/vendor.lock.json pyproject.toml" in capsys.readouterr().out


def test_an_index_that_does_not_answer_changes_nothing(files: Path) -> None:
    before = update.LOCK.read_bytes()
    with pytest.raises(BuildError, match="no such package"):
        update.update(lambda: 0, pip({"tqdm": "99.0"}, returncode=1))
    assert update.LOCK.read_bytes() == before


def test_held_packages_are_asked_for_below_their_limit(files: Path) -> None:
    asked: list[str] = []
    run = pip({})
    update.newer_wheels(vendor.read_lock(), lambda command, **kw: asked.extend(command) or run(command, **kw))
    assert "panel<1.9" in asked


def test_npm_packages_get_the_hashes_of_their_newer_files(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = json.loads(update.LOCK.read_text("utf-8"))
    publish(monkeypatch, {"@codemirror/view": "99.0.0"})
    assert update.update(lambda: 0, pip({})) == 0
    after = json.loads(update.LOCK.read_text("utf-8"))
    [changed] = [new for old, new in zip(before["npm"], after["npm"], strict=True) if old != new]
    assert (changed["name"], changed["version"]) == ("@codemirror/view", "99.0.0")
    assert changed["files"] == {name: vendor.sha256(text) for name, text in FILES.items()}
    assert after["wheels"] == before["wheels"]


def test_an_npm_package_that_is_made_otherwise_stops_the_update(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = update.LOCK.read_bytes()
    publish(monkeypatch, {"crelt": "99.0.0"}, {"LICENSE": b"MIT"})
    with pytest.raises(BuildError, match=r"crelt 99.0.0 has no index.js"):
        update.update(lambda: pytest.fail("tested"), pip({}))
    assert update.LOCK.read_bytes() == before


def test_without_npm_the_wheels_are_updated(
    files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> str:
        raise npm.OutOfReachError("npm is not installed")

    monkeypatch.setattr(npm, "newest_version", missing)
    assert update.update(lambda: 0, pip({"tqdm": "99.0"})) == 0
    assert "npm is not installed" in capsys.readouterr().out
    assert '"tqdm==99.0"' in update.PYPROJECT.read_text("utf-8")
