"""Fetch what only the checks need from npm, exactly as npm.lock.json lists it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from web.site.console import Stage
from web.site.paths import SITE, cache_dir
from web.site.vendor import cached, check, save


class OutOfReachError(Exception):
    """npm is not installed, or did not answer; the message says which."""


def fetch(name: str) -> bytes:
    """The package `name` as npm publishes it (.tgz), out of the cache where it was fetched before.

    Raises:
        OutOfReachError: it is not in the cache and npm cannot be asked.
        BuildError: what npm delivered is not what the lock lists.
    """
    packages = json.loads((SITE / "npm.lock.json").read_text("utf-8"))["packages"]
    package = next(package for package in packages if package["name"] == name)
    path = cache_dir() / "npm" / f"{name}-{package['version']}.tgz"
    if not cached(path, package["sha256"]):
        npm = shutil.which("npm")
        if npm is None:
            raise OutOfReachError("npm is not installed")
        with Stage(f"Fetching {name} {package['version']}"), tempfile.TemporaryDirectory() as folder:
            wanted = f"{name}@{package['version']}"
            command = [npm, "pack", "--silent", "--pack-destination", folder, wanted]
            done = subprocess.run(command, capture_output=True, text=True)
            found = list(Path(folder).iterdir())
            if done.returncode or not found:
                raise OutOfReachError(f"npm could not fetch {wanted}: {done.stderr.strip()[-300:]}")
            save(path, check(wanted, found[0].read_bytes(), package["sha256"], "npm"))
    return path.read_bytes()


def unpack(name: str, folder: Path, prefix: str) -> Path:
    """Unpack the files of a package whose paths in it begin with `prefix`; return the package's folder."""
    target = folder / name
    with tarfile.open(fileobj=io.BytesIO(fetch(name))) as archive:
        for member in archive:
            path = member.name.partition("/")[2]
            if member.isfile() and path.startswith(prefix) and ".." not in path:
                content = archive.extractfile(member)
                assert content is not None
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                (target / path).write_bytes(content.read())
    return target
