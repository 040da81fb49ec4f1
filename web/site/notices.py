"""THIRD_PARTY.txt of the site: name, version and licence text of everything shipped that others wrote."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from web.site.npm import fetch_npm
from web.site.paths import ROOT
from web.site.vendor import Lock

LICENCE_FILE = re.compile(r"\.dist-info/(.*/)?(LICEN[CS]E|COPYING|NOTICE)[^/]*$")
RULE = "\n" + "=" * 100 + "\n"


def third_party(lock: Lock, wheels: dict[str, Path], pyodide: dict[str, Path]) -> str:
    """The notices as plain text, from THIRD_PARTY.md and the licence files inside the wheels."""
    parts = [(ROOT / "THIRD_PARTY.md").read_text("utf-8")]
    named = [(f"{w['name']} {w['version']} ({w['licence']})", wheels[w["name"]]) for w in lock["wheels"]]
    named += [(name, path) for name, path in pyodide.items() if name.endswith(".whl")]
    for title, path in named:
        with zipfile.ZipFile(path) as wheel:
            texts = [
                wheel.read(name).decode("utf-8", "replace").strip()
                for name in sorted(wheel.namelist())
                if LICENCE_FILE.search(name)
            ]
        parts.append(title + "\n\n" + "\n\n".join(dict.fromkeys(texts)))
    files = fetch_npm(lock["npm"])
    for package in lock["npm"]:
        text = files[f"{package['name']}/LICENSE"].read_text("utf-8").strip()
        parts.append(f"{package['name']} {package['version']} ({package['licence']})\n\n{text}")
    return RULE.join(parts) + "\n"
