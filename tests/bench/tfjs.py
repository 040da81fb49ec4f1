"""TensorFlow.js, taken from npm when the benchmark runs; no part of the product."""

from __future__ import annotations

import hashlib
import io
import tarfile
import urllib.request
from pathlib import Path

from web.site.paths import cache_dir

VERSION = "4.22.0"
PACKAGES = {  # tarball: sha256, files wanted from package/dist/
    f"@tensorflow/tfjs/-/tfjs-{VERSION}.tgz": (
        "56505c191e24116787477b3bb5bb1cc0cf1c2bdce8112b9c402a8a2d31cf2f00",
        ("tf.min.js",),
    ),
    f"@tensorflow/tfjs-backend-wasm/-/tfjs-backend-wasm-{VERSION}.tgz": (
        "5cd6f5e18657c12fb94f4ec3dcef485c8c1a9ca39f3ef1d261c1cb13c1a231c3",
        (
            "tf-backend-wasm.min.js",
            "tfjs-backend-wasm.wasm",
            "tfjs-backend-wasm-simd.wasm",
            "tfjs-backend-wasm-threaded-simd.wasm",
        ),
    ),
}
REGISTRY = "https://registry.npmjs.org/"


def fetch() -> Path:
    """The folder of TensorFlow.js' files, fetched once.  Raises OSError if npm cannot be reached."""
    folder = cache_dir() / f"tfjs-{VERSION}"
    for path, (digest, names) in PACKAGES.items():
        if all((folder / name).exists() for name in names):
            continue
        with urllib.request.urlopen(REGISTRY + path, timeout=60) as answer:
            content = answer.read()
        found = hashlib.sha256(content).hexdigest()
        if found != digest:
            raise OSError(f"{REGISTRY}{path}: got sha256 {found}, expected {digest}")
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for name in names:
                member = archive.extractfile(f"package/dist/{name}")
                assert member is not None
                (folder / name).write_bytes(member.read())
    return folder
