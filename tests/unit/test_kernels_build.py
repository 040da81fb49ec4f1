"""The committed WebAssembly is what the committed source compiles to."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.kernels import FOLDER, build


@pytest.mark.skipif(bool(build.missing()), reason=f"cannot rebuild the kernels: {build.missing()}")
def test_rebuilding_gives_the_same_bytes(tmp_path: Path) -> None:
    build.main(tmp_path)
    for name in build.BUILDS:
        same = (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()
        assert same, (
            f"{name} does not come from kernels.c; run python -m web.kernels.build and commit the result"
        )
