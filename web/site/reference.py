"""nncore's reference, made by pdoc of its docstrings: `dist/api/`, pages without a script."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from web.site import archive
from web.site.console import BuildError
from web.site.paths import ROOT, SITE, cache_dir

TEMPLATES = SITE / "pdoc"
MODULES = ("nncore", "nncore.custom", "nncore.data", "nncore.preprocess")


def add_reference(dist: Path) -> None:
    """Write the reference; made anew only when nncore or pdoc changed.

    Raises
    ------
    BuildError
        pdoc could not make it.
    """
    sources = [
        ROOT / "pyproject.toml",
        *sorted((ROOT / "nncore").rglob("*.py")),
        *sorted(TEMPLATES.glob("*.jinja2")),
    ]
    folder = cache_dir() / "api" / archive.fingerprint(*(path.read_bytes() for path in sources))
    if not (folder / "index.html").exists():
        command = [sys.executable, "-m", "pdoc", "--docformat", "numpy", "--no-search"]
        command += ["--template-directory", str(TEMPLATES)]
        command += ["--output-directory", str(folder), *MODULES]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise BuildError(f"The reference could not be made:\n{done.stdout}{done.stderr}")
    shutil.copytree(folder, dist / "api")
