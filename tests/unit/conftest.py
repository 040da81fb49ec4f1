"""The kernels, compiled for this machine."""

from __future__ import annotations

import shutil

import pytest

from web.kernels import KernelOps, build


@pytest.fixture(scope="session")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> KernelOps:
    compilers = [path for name in ("cc", "gcc", "clang") if (path := shutil.which(name))]
    compiler = compilers[:1] or ([] if build.missing() else [*build.ZIG, "cc"])
    if not compiler:
        pytest.skip(f"no C compiler (cc, gcc, clang), and for Zig's: {build.missing()}")
    library = tmp_path_factory.mktemp("kernels") / "kernels.so"
    flags = ["-O2", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off"]
    build.compile_kernels(library, [*compiler, *flags], [*compiler, "-shared"])
    return KernelOps(library, "native", blas=False)
