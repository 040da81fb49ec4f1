"""Compile the kernels with the pinned compiler: `python -m web.kernels.build [folder]`.

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
    "-ffreestanding", "-fno-sanitize=all", "-fPIC", "-fvisibility=hidden",
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


def compile_kernels(target: Path, compiler: list[str], linker: list[str]) -> None:
    """Compile `kernels.c` once for each width of numbers, and link both to one library."""
    with tempfile.TemporaryDirectory() as scratch:
        objects = []
        for bits in (32, 64):
            objects.append(f"{scratch}/f{bits}.o")
            # Compiled by its bare name, so that no path of this machine can reach the result.
            command = [*compiler, f"-DBITS={bits}", "-c", "kernels.c", "-o", objects[-1]]
            subprocess.run(command, cwd=FOLDER, check=True)
        subprocess.run([*linker, *objects, "-o", str(target)], check=True)
    target.chmod(0o644)


def main(folder: Path = FOLDER) -> None:
    """Compile every build of the kernels into `folder`."""
    if reason := missing():
        sys.exit(f"web.kernels.build: {reason}")
    for name, flags in BUILDS.items():
        compile_kernels(folder.resolve() / name, [*ZIG, "cc", *COMPILE, *flags], [*ZIG, "wasm-ld", *LINK])
        print(f"{folder / name}: {(folder / name).stat().st_size} bytes")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
