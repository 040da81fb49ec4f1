"""The page itself: index.html from its parts, and the service worker for offline use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from web.site import archive
from web.site.console import BuildError
from web.site.paths import ROOT, SITE

# (name told by the worker or page, words for the visitor, share of the waiting time)
STAGES = (
    ("python", "Python and NumPy", 0.45),
    ("libraries", "Libraries", 0.15),
    ("dashboard", "Dashboard", 0.25),
    ("drawing", "Plots", 0.15),
)

ON_DEMAND = ("worker/", "editor/codemirror.js")  # modules that the page itself does not import at once


def add_page(
    dist: Path, site: dict[str, Any], modules: list[str], imports: dict[str, str], versions: dict[str, str]
) -> None:
    """Write index.html and site.json.

    Args:
        site: what the worker and the page need to know (folders, archives, scripts, data).
        modules: the page's own scripts, as paths in the folder `site["modules"]`.
        imports: the import map: names that modules are imported by, to addresses.
        versions: project name to version, for the page's foot.
    """
    sources = ("shell.html", "theme.js", "theme.css", "shell.css")
    texts = {name: (SITE / name).read_text("utf-8") for name in sources}
    layout = (SITE / "layout.html").read_text("utf-8")
    layout_css = (SITE / "layout.css").read_text("utf-8")
    site_json = json.dumps(site)
    (dist / "site.json").write_text(json.dumps(site, indent=1), "utf-8")
    first_visit = sum(p.stat().st_size for p in (dist / "lib").rglob("*") if p.suffix != ".css")
    values = {
        "theme_js": texts["theme.js"],
        "styles": texts["theme.css"] + texts["shell.css"] + layout_css,
        "site_json": site_json,
        "modules": site["modules"],
        "importmap": json.dumps({"imports": imports}),
        "preloads": "\n".join(
            f'<link rel="modulepreload" fetchpriority="low" href="{site["modules"]}{name}">'
            for name in modules
            if not name.startswith(ON_DEMAND)
        ),
        "scripts": "\n".join(f'<script defer src="{path}"></script>' for path in site["scripts"]),
        "stages": "".join(
            f'<li data-name="{name}" data-share="{share}">{words}</li>' for name, words, share in STAGES
        ),
        "megabytes": f"{first_visit / 1e6:.0f}",
        "layout": layout,
        "nncore_version": project_version(),
        "pyodide_version": versions["pyodide"],
        "panel_version": versions["panel"],
        "bokeh_version": versions["bokeh"],
    }
    (dist / "index.html").write_text(fill("shell.html", texts["shell.html"], values), "utf-8")


def add_service_worker(dist: Path) -> None:
    """Write sw.js with the list of what it keeps: everything but the data, which it keeps when first used."""
    files = sorted(path for path in dist.rglob("*") if path.is_file())
    content = archive.fingerprint(*(path.read_bytes() for path in files))
    names = [path.relative_to(dist).as_posix() for path in files]
    kept = [name for name in names if not name.startswith("data/") and name not in (".nojekyll", "404.html")]
    values = {"version": content, "files": json.dumps(["./", *kept])}
    (dist / "sw.js").write_text(fill("sw.js", (SITE / "sw.js").read_text("utf-8"), values), "utf-8")


def fill(name: str, template: str, values: dict[str, str]) -> str:
    """Replace every `{{key}}`; raises `BuildError` for one without a value."""
    for key, value in values.items():
        template = template.replace("{{" + key + "}}", value)
    if "{{" in template:
        raise BuildError(f"{name} asks for a value nobody gives: {template[template.index('{{') :][:40]}")
    return template


def project_version() -> str:
    """The version in pyproject.toml."""
    for line in (ROOT / "pyproject.toml").read_text("utf-8").splitlines():
        if line.startswith("version = "):
            return line.split('"')[1]
    raise BuildError("pyproject.toml names no version")
