"""npm packages, as npm hands them out; of those that the site ships the files, if need be from a mirror.

A package's entry says its name, version, and the sha256 of every file that is wanted. What does not match is
never taken, wherever it comes from.
"""

from __future__ import annotations

import io
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


class OutOfReachError(Exception):
    """npm is not installed, or did not answer; the message says which."""


def pack(package: Package) -> bytes:
    """A package by its name and version as npm hands it out, a .tgz. Raises OutOfReachError."""
    with tempfile.TemporaryDirectory() as folder:
        _npm("pack", "--silent", "--pack-destination", folder, f"{package['name']}@{package['version']}")
        [packed] = Path(folder).iterdir()
        return packed.read_bytes()


def _npm(*arguments: str) -> str:
    """What npm answers. Raises OutOfReachError."""
    npm = shutil.which("npm")
    if npm is None:
        raise OutOfReachError("npm is not installed")
    try:
        done = subprocess.run([npm, *arguments], capture_output=True, text=True, timeout=10 * TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise OutOfReachError(f"npm did not answer: {error}") from None
    if done.returncode:
        raise OutOfReachError(f"npm {' '.join(arguments)} failed: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()


def newest_version(name: str) -> str:
    """The version of a package that was published last. Raises OutOfReachError."""
    return _npm("view", name, "version")


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
    for package in packages:
        with tarfile.open(fileobj=io.BytesIO(pack(package))) as archive:
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
