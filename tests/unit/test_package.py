"""What a `pip install` gets: wheel and sdist, built, installed apart from this folder, and used."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import nncore
from web.site.paths import ROOT

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
OFFLINE = ["--no-deps", "--no-index"]
SDIST = "from setuptools.build_meta import build_sdist; build_sdist('dist')"


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env=os.environ | environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from the sdist, as an index's users get it who have no wheel."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "nncore", source / "nncore", ignore=shutil.ignore_patterns("__pycache__"))
    run(sys.executable, "-c", SDIST, cwd=source)
    (sdist,) = (source / "dist").glob("*.tar.gz")
    run(*PIP, "wheel", *OFFLINE, "--no-build-isolation", "--wheel-dir", "wheels", str(sdist), cwd=source)
    (built,) = (source / "wheels").glob("*.whl")
    return built


def test_the_wheel_says_what_an_index_wants_to_know(wheel: Path) -> None:
    assert wheel.name == f"nncore_lab-{nncore.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as file:
        folder = f"nncore_lab-{nncore.__version__}.dist-info"
        metadata = file.read(f"{folder}/METADATA").decode()
        assert {"nncore/py.typed", "nncore/data/digits.npz"} <= set(file.namelist())
        assert "nncore = nncore.cli:main" in file.read(f"{folder}/entry_points.txt").decode()
    for line in ("Name: nncore-lab", "Requires-Python: >=3.10", "Classifier: Typing :: Typed"):
        assert line in metadata.splitlines()
    assert "Keywords:" in metadata
    assert "playwright" not in metadata.partition("\n\n")[0]  # tools are nobody's extras


def test_installed_it_trains(wheel: Path, tmp_path: Path) -> None:
    run(*PIP, "install", *OFFLINE, "--target", "installed", str(wheel), cwd=tmp_path)
    there = {"PYTHONPATH": str(tmp_path / "installed")}
    where = run(sys.executable, "-c", "import nncore; print(nncore.__file__)", cwd=tmp_path, **there)
    assert Path(where.strip()).is_relative_to(tmp_path)
    command = tmp_path / "installed" / "bin" / "nncore"
    words = [str(command)] if command.exists() else [sys.executable, "-m", "nncore"]
    train = run(*words, "train", "--hidden", "8", "--epochs", "1", cwd=tmp_path, **there)
    assert "test accuracy" in train
