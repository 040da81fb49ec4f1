"""TensorFlow.js, taken from npm when the benchmark runs; no part of the product."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from web.site.paths import cache_dir

VERSION = "4.22.0"
PACKAGES = {  # package: sha256 of its archive, files wanted from package/dist/
    f"@tensorflow/tfjs@{VERSION}": (
        "56505c191e24116787477b3bb5bb1cc0cf1c2bdce8112b9c402a8a2d31cf2f00",
        ("tf.min.js",),
    ),
    f"@tensorflow/tfjs-backend-wasm@{VERSION}": (
        "5cd6f5e18657c12fb94f4ec3dcef485c8c1a9ca39f3ef1d261c1cb13c1a231c3",
        (
            "tf-backend-wasm.min.js",
            "tfjs-backend-wasm.wasm",
            "tfjs-backend-wasm-simd.wasm",
            "tfjs-backend-wasm-threaded-simd.wasm",
        ),
    ),
}


def fetch() -> Path:
    """The folder of TensorFlow.js' files, fetched once.  Raises OSError if npm is missing or fails."""
    folder = cache_dir() / f"tfjs-{VERSION}"
    for package, (digest, names) in PACKAGES.items():
        if all((folder / name).exists() for name in names):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            archive = _packed(package, Path(scratch))
            found = hashlib.sha256(archive.read_bytes()).hexdigest()
            if found != digest:
                raise OSError(f"{package}: got sha256 {found}, expected {digest}")
            folder.mkdir(parents=True, exist_ok=True)
            with tarfile.open(archive) as tar:
                for name in names:
                    member = tar.extractfile(f"package/dist/{name}")
                    assert member is not None
                    (folder / name).write_bytes(member.read())
    return folder


def _packed(package: str, folder: Path) -> Path:
    """The package's archive, as npm gives it out."""
    npm = shutil.which("npm")
    if npm is None:
        raise OSError("npm is not installed")
    done = subprocess.run([npm, "pack", "--silent", package], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"npm pack {package}: {done.stderr.strip() or 'failed'}")
    return folder / done.stdout.split()[-1]
