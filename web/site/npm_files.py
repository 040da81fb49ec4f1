"""Fetch files of npm packages that the site ships: with npm where it is installed, else from a public mirror.

A package's entry says its name, version, and the sha256 of every file that is wanted. What does not match is
never taken, wherever it comes from.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from web.site.console import BuildError, Stage
from web.site.paths import cache_dir
from web.site.vendor import TIMEOUT, cached, check, save

Package = dict[str, Any]
CDN = "https://cdn.jsdelivr.net/npm/"


def fetch_npm(packages: list[Package]) -> dict[str, Path]:
    """The cached path of every file, by package and path, such as "crelt/index.js". Raises BuildError."""
    paths = {f"{p['name']}/{file}": _folder(p) / file for p in packages for file in p["files"]}
    missing = [p for p in packages if not all(cached(_folder(p) / f, sha) for f, sha in p["files"].items())]
    if missing:
        with Stage(f"Fetching {len(missing)} npm packages"):
            _fetch(missing)
    return paths


def _folder(package: Package) -> Path:
    return cache_dir() / "npm" / f"{package['name']}-{package['version']}"


def _fetch(packages: list[Package]) -> None:
    failures = []
    for source in (_packed, _from_cdn):
        try:
            for package, file, content in source(packages):
                name, expected = f"{package['name']}/{file}", package["files"][file]
                save(_folder(package) / file, check(name, content, expected, "npm"))
            return
        except BuildError:
            raise
        except Exception as error:  # whatever goes wrong, the next source may work
            failures.append(f"  {type(error).__name__}: {error}")
    raise BuildError("npm packages could not be fetched. Is this machine online?\n" + "\n".join(failures))


def _packed(packages: list[Package]) -> Iterator[tuple[Package, str, bytes]]:
    """Every wanted file, from the packages as npm hands them out."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not installed")
    with tempfile.TemporaryDirectory() as temporary:
        names = [f"{package['name']}@{package['version']}" for package in packages]
        command = [npm, "pack", *names, "--silent", "--pack-destination", temporary]
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=10 * TIMEOUT)
        for package in packages:
            flat = package["name"].removeprefix("@").replace("/", "-")
            with tarfile.open(Path(temporary) / f"{flat}-{package['version']}.tgz") as archive:
                for file in package["files"]:
                    member = archive.extractfile(f"package/{file}")
                    if member is None:
                        raise FileNotFoundError(f"{package['name']} has no {file}")
                    yield package, file, member.read()


def _from_cdn(packages: list[Package]) -> Iterator[tuple[Package, str, bytes]]:
    for package in packages:
        for file in package["files"]:
            address = f"{CDN}{package['name']}@{package['version']}/{file}"
            with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:
                yield package, file, answer.read()
