"""The page itself: index.html from its parts, its scripts, and the service worker for offline use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nncore
from web.site import archive
from web.site.console import BuildError
from web.site.paths import SITE

# (name told by the worker or page, words for the visitor, share of the waiting time)
STAGES = (
    ("python", "Python and NumPy", 0.45),
    ("libraries", "Libraries", 0.15),
    ("dashboard", "Dashboard", 0.25),
    ("drawing", "Plots", 0.15),
)
# These stand in index.html itself, so that they cannot be missing.
INLINE = ("theme.js", "failure.js", "launch.js")

ON_DEMAND = ("editor/codemirror.js",)  # modules that the page itself does not import at once


def add_page(
    dist: Path,
    site: dict[str, Any],
    modules: dict[str, str],
    imports: dict[str, str],
    scripts: dict[str, str],
    versions: dict[str, str],
) -> None:
    """Write index.html and site.json.

    Args:
        site: what the worker and the page need to know (files, folders, data).
        modules: path in the folder `site["modules"]` to integrity, of the page's own modules.
        imports: the import map: names that modules are imported by, to addresses.
        scripts: path to integrity of the libraries' scripts, in loading order.
        versions: project name to version, for the page's foot.
    """
    (dist / "site.json").write_text(json.dumps(site, indent=1), "utf-8")
    first_visit = sum(p.stat().st_size for p in (dist / "lib").rglob("*") if p.suffix != ".css")
    inline = {Path(name).stem: (SITE / name).read_text("utf-8") for name in INLINE}
    folder = site["modules"]
    values = {
        **inline,
        "styles": "".join(
            (SITE / name).read_text("utf-8") for name in ("theme.css", "shell.css", "layout.css")
        ),
        "site": json.dumps(site),
        "importmap": json.dumps(
            {
                "imports": imports,
                # For browsers that know it; the others check what is preloaded.
                "integrity": {f"./{folder}{name}": digest for name, digest in modules.items()},
            }
        ),
        "preloads": "\n".join(
            f'<link rel="modulepreload" fetchpriority="low" href="{folder}{name}" integrity="{digest}">'
            for name, digest in modules.items()
            if not name.startswith(ON_DEMAND)
        ),
        "main": f"{folder}page/main.js",
        "main_integrity": modules["page/main.js"],
        "scripts": "\n".join(
            f'<script defer src="{path}" integrity="{digest}"></script>' for path, digest in scripts.items()
        ),
        "stages": "".join(
            f'<li data-name="{name}" data-share="{share}">{words}</li>' for name, words, share in STAGES
        ),
        "megabytes": f"{first_visit / 1e6:.0f}",
        "layout": (SITE / "layout.html").read_text("utf-8"),
        "nncore_version": nncore.__version__,
        "pyodide_version": versions["pyodide"],
        "panel_version": versions["panel"],
        "bokeh_version": versions["bokeh"],
    }
    shell = (SITE / "shell.html").read_text("utf-8")
    (dist / "index.html").write_text(fill("shell.html", shell, values), "utf-8")


def add_service_worker(dist: Path) -> None:
    """Write sw.js with the list of what it keeps: all but the reference, and data, kept when first used."""
    files = sorted(path for path in dist.rglob("*") if path.is_file())
    content = archive.fingerprint(*(path.read_bytes() for path in files))
    names = [path.relative_to(dist).as_posix() for path in files]
    left_out = ("data/", "api/", ".nojekyll", "404.html")
    kept = [name for name in names if not name.startswith(left_out)]
    values = {"version": content, "files": json.dumps(["./", *kept])}
    (dist / "sw.js").write_text(fill("sw.js", (SITE / "sw.js").read_text("utf-8"), values), "utf-8")


def fill(name: str, template: str, values: dict[str, str]) -> str:
    """Replace every `{{key}}`; raises `BuildError` for one without a value."""
    for key, value in values.items():
        template = template.replace("{{" + key + "}}", value)
    if "{{" in template:
        raise BuildError(f"{name} asks for a value nobody gives: {template[template.index('{{') :][:40]}")
    return template
