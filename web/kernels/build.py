"""Compile `kernels.c` with the pinned compiler: `python -m web.kernels.build [folder]`.

The compiler is Zig's clang, from the PyPI wheel `ziglang` (`pip install ziglang==0.17.1`; about 440 MB).  The
results are committed, so that only those who change the C need it; a test compiles again and compares.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent
COMPILER = "0.17.1"
BUILDS = {
    "kernels-relaxed-simd.wasm": ["-mrelaxed-simd"],
    "kernels-simd128.wasm": [],
}
# fmt: off
COMPILE = [
    "-target", "wasm32-freestanding", "-msimd128", "-O3", "-g0", "-std=c11", "-Wall", "-Wextra", "-nostdlib",
    "-ffreestanding", "-fno-sanitize=all", "-fPIC", "-fvisibility=hidden", "-c",
]
# A side module: Emscripten's dynamic linker gives it memory, a stack and Python's functions when loading it.
LINK = [
    "--shared", "--experimental-pic", "--no-entry", "--export-dynamic", "--strip-all",
    "--unresolved-symbols=import-dynamic",
]
# fmt: on
ZIG = [sys.executable, "-m", "ziglang"]


def missing() -> str:
    """Why the kernels cannot be compiled here, or an empty string."""
    if importlib.util.find_spec("ziglang") is None:
        return f"the compiler is not installed (pip install ziglang=={COMPILER})"
    version = importlib.metadata.version("ziglang")
    if version != COMPILER:
        return f"found ziglang {version}, expected {COMPILER} (pip install ziglang=={COMPILER})"
    return ""


def compile_wasm(source: Path, target: Path, flags: list[str]) -> None:
    """Compile one C file to a WebAssembly side module."""
    with tempfile.TemporaryDirectory() as scratch:
        # Compiled by its bare name, so that no path of this machine can reach the result.
        subprocess.run(
            [*ZIG, "cc", *COMPILE, *flags, source.name, "-o", f"{scratch}/object.o"],
            cwd=source.parent,
            check=True,
        )
        subprocess.run([*ZIG, "wasm-ld", *LINK, f"{scratch}/object.o", "-o", str(target)], check=True)
    target.chmod(0o644)


def main(folder: Path = FOLDER) -> None:
    """Compile every build of the kernels into `folder`."""
    if reason := missing():
        sys.exit(f"web.kernels.build: {reason}")
    for name, flags in BUILDS.items():
        compile_wasm(FOLDER / "kernels.c", folder.resolve() / name, flags)
        print(f"{folder / name}: {(folder / name).stat().st_size} bytes")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
