"""`build.py update` writes newer pins into the lock, touches nothing else, and tests them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from web.site import update, vendor
from web.site.console import BuildError


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
    return tmp_path


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
    update.newest_wheels(
        vendor.read_lock(), lambda command, **kw: asked.extend(command) or run(command, **kw)
    )
    assert "panel<1.9" in asked
