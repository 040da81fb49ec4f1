"""What only the checks need from npm (TypeScript, ESLint, axe), exactly as npm.lock.json lists it."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

from web.site.console import Stage
from web.site.npm import OutOfReachError, pack
from web.site.paths import SITE, cache_dir
from web.site.vendor import cached, check, save

__all__ = ["OutOfReachError", "unpack"]


def unpack(name: str, folder: Path, prefix: str) -> Path:
    """Unpack the files of a package whose paths in it begin with `prefix`; return the package's folder.

    Raises OutOfReachError if it is not in the cache and npm cannot be asked, BuildError if what npm delivered
    is not what the lock lists.
    """
    target = folder / name
    with tarfile.open(fileobj=io.BytesIO(_package(name))) as archive:
        for member in archive:
            path = member.name.partition("/")[2]
            if member.isfile() and path.startswith(prefix) and ".." not in path:
                content = archive.extractfile(member)
                assert content is not None
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                (target / path).write_bytes(content.read())
    return target


def _package(name: str) -> bytes:
    """The package as npm publishes it (.tgz), out of the cache where it was fetched before."""
    packages = json.loads((SITE / "npm.lock.json").read_text("utf-8"))["packages"]
    package = next(package for package in packages if package["name"] == name)
    path = cache_dir() / "npm" / f"{name}-{package['version']}.tgz"
    if not cached(path, package["sha256"]):
        with Stage(f"Fetching {name} {package['version']}"):
            content = pack(package)
            save(path, check(name, content, package["sha256"], "npm"))
    return path.read_bytes()
