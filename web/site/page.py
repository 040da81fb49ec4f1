"""The page itself: index.html from its parts, its scripts, and the service worker for offline use."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import nncore
from web.site import archive
from web.site.console import BuildError
from web.site.modules import in_order_of_need
from web.site.paths import SITE

# (name told by the worker or page, words for the visitor, share of the waiting time)
STAGES = (
    ("python", "Python and NumPy", 0.45),
    ("libraries", "Libraries", 0.15),
    ("dashboard", "Dashboard", 0.25),
    ("drawing", "Plots", 0.15),
)
# These stand in index.html itself, so that they cannot be missing.
INLINE = ("support.js", "language.js", "theme.js", "repair.js", "failure.js", "launch.js")
# Beside the service worker itself: what only hosts look for, and the reference, which few visitors open.
UNKEPT = (".nojekyll", "404.html", "sw.js", "files.json")
REFERENCE = "api"

ON_DEMAND = ("editor/codemirror.js",)  # modules that the page itself does not import at once
ON_DEMAND_FOLDERS = ("codemirror-", "packages/", "source-")  # of lib/


def add_page(
    dist: Path,
    site: dict[str, Any],
    modules: dict[str, str],
    imports: dict[str, str],
    versions: dict[str, str],
    first_page: bytes,
) -> None:
    """Write index.html and site.json.

    Parameters
    ----------
    site : what the worker and the page need to know (files, folders, data).
    modules : path in the folder `site["modules"]` to integrity, of the page's own modules.
    imports : the import map: names that modules are imported by, to addresses.
    versions : project name to version, for the page's foot.
    first_page : what is drawn before Python is there, gzip; in English.
    """
    (dist / "site.json").write_text(json.dumps(site, indent=1), "utf-8")
    inline = {Path(name).stem: (SITE / name).read_text("utf-8") for name in INLINE}
    folder = site["modules"]
    values = {
        **inline,
        "styles": "".join(
            (SITE / name).read_text("utf-8")
            for name in ("theme.css", "shell.css", "layout.css", "first_page.css")
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
            f'<link rel="modulepreload" href="{folder}{name}" integrity="{modules[name]}">'
            for name in in_order_of_need(["page/main.js", *scripts_of(first_page), *modules])
            if not name.startswith(ON_DEMAND)
        ),
        "main": f"{folder}page/main.js",
        "main_integrity": modules["page/main.js"],
        "stages": "".join(
            f'<li data-name="{name}" data-share="{share}">{words}</li>' for name, words, share in STAGES
        ),
        "first_page": base64.b64encode(first_page).decode(),
        "megabytes": megabytes(dist),
        "layout": (SITE / "layout.html").read_text("utf-8"),
        "nncore_version": nncore.__version__,
        "pyodide_version": versions["pyodide"],
        "panel_version": versions["panel"],
        "bokeh_version": versions["bokeh"],
    }
    shell = (SITE / "shell.html").read_text("utf-8")
    (dist / "index.html").write_text(fill("shell.html", shell, values), "utf-8")


def scripts_of(first_page: bytes) -> list[str]:
    """The components' modules that draw the first page, in the order in which `page/first_page.js` does."""
    described = json.loads(gzip.decompress(first_page))
    shell, layout = ((SITE / name).read_text("utf-8") for name in ("shell.html", "layout.html"))
    slots = re.findall(r'data-slot="(\w+)"( data-first)?', shell.replace("{{layout}}", layout))
    slots.sort(key=lambda slot: not slot[1])
    texts = (json.dumps(described[name]) for name, _ in slots if name in described)
    return [path for text in texts for path in re.findall(r'"script": ".*?\\"web/(\S+\.js)\\"', text)]


def megabytes(dist: Path) -> str:
    """What a first visit loads, in words. Another language's catalogues are too small to be seen in it."""
    lib = dist / "lib"
    files = (
        path
        for path in lib.rglob("*")
        if path.suffix not in (".css", ".json", ".mo", ".wasm")  # the last lies there packed, too
        and not path.relative_to(lib).as_posix().startswith(ON_DEMAND_FOLDERS)
    )
    return f"{sum(path.stat().st_size for path in files) / 1e6:.0f}"


def add_service_worker(dist: Path, made_on_devices: dict[str, str]) -> None:
    """Write files.json, the integrity of every file of the site, and sw.js, which keeps them.

    What is made of files on a visitor's device, and kept there, is known to sw.js in the same way.
    """
    files = {address_of(path, dist): archive.integrity(path.read_bytes()) for path in served(dist)}
    listed = json.dumps(files | made_on_devices, separators=(",", ":"))
    (dist / "files.json").write_text(json.dumps(files, indent=1) + "\n", "utf-8")
    values = {"version": archive.fingerprint(listed.encode()), "files": listed}
    (dist / "sw.js").write_text(fill("sw.js", (SITE / "sw.js").read_text("utf-8"), values), "utf-8")


def served(dist: Path) -> list[Path]:
    """All files of the site that a visitor's browser may keep, in order."""
    files = (path for path in dist.rglob("*") if path.is_file() and path.name not in UNKEPT)
    return sorted(path for path in files if path.relative_to(dist).parts[0] != REFERENCE)


def address_of(path: Path, dist: Path) -> str:
    """A file's address in the site; a folder's for its index.html."""
    name = path.relative_to(dist).as_posix()
    return (name.removesuffix("index.html") or "./") if path.name == "index.html" else name


def fill(name: str, template: str, values: dict[str, str]) -> str:
    """Replace every `{{key}}`; raises `BuildError` for one without a value."""
    for key, value in values.items():
        template = template.replace("{{" + key + "}}", value)
    if "{{" in template:
        raise BuildError(f"{name} asks for a value nobody gives: {template[template.index('{{') :][:40]}")
    return template
