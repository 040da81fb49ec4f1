"""A bill of materials (CycloneDX, JSON) of what the built site ships that others wrote."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from web.site.archive import fingerprint
from web.site.vendor import Lock

# Equal builds give equal bytes, so it cannot say when it was made: a fixed date, as in all archives.
DATE = datetime(2000, 1, 1, tzinfo=timezone.utc)


def bill_of_materials(lock: Lock, version: str) -> str:
    """The bill as JSON: the runtime's files and every package of the lock, below nncore lab of `version`."""
    site = Component(name="nncore-lab", version=version, type=ComponentType.APPLICATION, bom_ref="nncore-lab")
    parts = [
        *_runtime(lock["pyodide"]),
        *(_package("pypi", wheel, wheel["sha256"]) for wheel in lock["wheels"]),
        *(_package("npm", package, package["files"][package["module"]]) for package in lock["npm"]),
    ]
    bom = Bom(components=parts, serial_number=uuid.uuid5(uuid.NAMESPACE_URL, _identity(lock, version)))
    bom.metadata.component = site
    bom.metadata.timestamp = DATE
    bom.register_dependency(site, parts)
    text: str = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)
    return text + "\n"


def _identity(lock: Lock, version: str) -> str:
    return fingerprint(version.encode(), repr(lock).encode())


def _runtime(section: Lock) -> list[Component]:
    """Pyodide's files; one that is a wheel is a package with a version of its own."""
    parts = []
    for name, entry in section["files"].items():
        project, version = (name.split("-")[:2]) if name.endswith(".whl") else (name, section["version"])
        parts.append(
            Component(
                name=project,
                version=version,
                type=ComponentType.LIBRARY if name.endswith(".whl") else ComponentType.FILE,
                bom_ref=f"pyodide/{name}",
                group="pyodide",
                purl=PackageURL("generic", "pyodide", project, version),
                hashes=[_sha256(entry["sha256"])],
                description=section["licence"],
            )
        )
    return parts


def _package(kind: str, entry: Lock, digest: str) -> Component:
    """A wheel, or an npm package by the one module that is shipped of it."""
    namespace, _, name = entry["name"].rpartition("/")
    return Component(
        group=namespace,
        name=name,
        version=entry["version"],
        type=ComponentType.LIBRARY,
        bom_ref=f"{kind}/{entry['name']}",
        purl=PackageURL(kind, namespace or None, name, entry["version"]),
        licenses=[LicenseFactory().make_from_string(entry["licence"])],
        hashes=[_sha256(digest)],
    )


def _sha256(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)
