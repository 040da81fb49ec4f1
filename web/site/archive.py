"""Pack Python packages for the worker: only what it imports, in one reproducible zip."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from web.site.paths import ROOT

Entry = tuple[str, bytes]

# What a wheel holds beside what the worker's Python imports or reads.
DROP = re.compile(
    r"""\.(?<!emscripten\.)(so|a|pyd|pyx|pxd|c|h|map|ts|pyi|ipynb)$
    | (^|/)(tests?|examples|node_modules|sampledata)/
    | ^bokeh/server/static/(?!$)
    | ^panel/(dist/(?!css/)|models/.*\.(?!py$)|theme/(?!.*\.(py|css)$)|template/(?!.*\.(py|css|html|js)$)
              |package/|_templates/.*\.webmanifest)
    | ^panel/command/
    | ^bokeh/command/
    | ^pyviz_comms/(nbextension|labextension/(?!package.json$))
    | ^[^/]+\.data/
    | ^numpy/(f2py|distutils|_pyinstaller|.*_tests\.)
    | \.dist-info/(?!METADATA$)""",
    re.VERBOSE,
)


def wheel_entries(wheels: Iterable[Path]) -> Iterator[Entry]:
    """`(path, bytes)` of every file of the wheels that the worker needs."""
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                if not name.endswith("/") and not DROP.search(name):
                    yield name, archive.read(name)


def owners(wheels: dict[str, Path]) -> dict[str, tuple[str, str]]:
    """The project and version whose wheel has a file or folder at its top; `wheels` are named by project."""
    found = {}
    for project, wheel in wheels.items():
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                top = name.partition("/")[0]
                found[top.replace(".py", ".pyc") if "/" not in name else top] = (
                    project,
                    wheel.name.split("-")[1],
                )
    return found


def dashboard_entries() -> Iterator[Entry]:
    """`(path, bytes)` of the `web` package as the worker sees it: neither build nor documents nor scripts."""
    for path in sorted((ROOT / "web").rglob("*")):
        unseen = {"site", "lessons", "__pycache__"}.intersection(path.relative_to(ROOT).parts)
        scripts = path.suffix in {".js", ".ts", ".po"} or path.name == "jsconfig.json"
        if path.is_file() and not unseen and not scripts and path.name != "README.md":
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def pack(entries: Iterable[Entry]) -> bytes:
    """A zip with fixed times and order, so that equal content gives equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(str(PurePosixPath(name))), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def solid(zipped: bytes) -> bytes:
    """The zip's files as one compressed stream, which the worker unpacks several times faster than a zip.

    It is gzip over a line of JSON, `[[path, size], ...]`, followed by the files' bytes in that order.
    """
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        files = [(name, archive.read(name)) for name in archive.namelist() if not name.endswith("/")]
    index = json.dumps([[name, len(data)] for name, data in files], separators=(",", ":"))
    return squeeze(b"".join([index.encode(), b"\n", *(data for _, data in files)]))


def squeeze(data: bytes) -> bytes:
    """`data` as gzip, the same bytes every time."""
    return gzip.compress(data, 9, mtime=0)


def integrity(data: bytes) -> str:
    """The sha256 of `data` as browsers want it in `integrity` attributes."""
    return "sha256-" + base64.b64encode(hashlib.sha256(data).digest()).decode()


def fingerprint(*parts: bytes) -> str:
    """Ten hex digits that change whenever any of the parts does."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:10]
