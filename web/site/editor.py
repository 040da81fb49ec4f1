"""The code editor's modules: CodeMirror as its authors publish it, found by name through the import map."""

from __future__ import annotations

import shutil
from pathlib import Path

from web.site import archive
from web.site.npm import Package, fetch_npm


def add_editor(dist: Path, packages: list[Package]) -> dict[str, str]:
    """Copy the modules; return the import map's entries: package name to address."""
    paths = fetch_npm(packages)
    names = [f"{package['name']}/{package['module']}" for package in packages]
    folder = f"lib/codemirror-{archive.fingerprint(*(paths[name].read_bytes() for name in names))}/"
    entries = {}
    for package, name in zip(packages, names, strict=True):
        target = dist / folder / f"{package['name']}.js"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(paths[name], target)
        entries[package["name"]] = f"./{folder}{package['name']}.js"
    return entries
