"""The page computes with the WebAssembly kernels, and they agree with NumPy there too."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, Worker

SOURCE = Path(__file__).parents[1] / "unit" / "kernel_checks.py"
RUN_CODE = "code => self.pyodide.runPythonAsync(code).then((result) => result?.toJs?.() ?? result)"

RUN_CHECKS = """
from types import ModuleType

checks = ModuleType("kernel_checks")
exec(SOURCE, checks.__dict__)
from web.kernels import BUILDS, FOLDER, KernelOps
done = checks.run_all(KernelOps(FOLDER / BUILDS[BUILD][0], "tested", blas=False))
"""


def python(worker: Worker, code: str) -> object:
    """The value of the last line of `code`, run in the page's worker."""
    return worker.evaluate(RUN_CODE, code)


def test_the_fastest_build_is_installed(shared_page: Page) -> None:
    [worker] = shared_page.workers
    assert python(worker, "from nncore import ops; ops.backend().name") == "WebAssembly relaxed SIMD"


def test_both_builds_agree_with_numpy(shared_page: Page) -> None:
    [worker] = shared_page.workers
    for build in (0, 1):
        code = RUN_CHECKS.replace("SOURCE", repr(SOURCE.read_text("utf-8"))).replace("BUILD]", f"{build}]")
        assert python(worker, code + "\nlen(done) == len(checks.CHECKS)") is True


def test_without_simd_numpy_serves(shared_page: Page) -> None:
    [worker] = shared_page.workers
    worker.evaluate("() => { self.validate = WebAssembly.validate; WebAssembly.validate = () => false; }")
    code = "from nncore import ops; from web import kernels; ops.use(ops.NumpyOps()); kernels.install()"
    assert python(worker, code) == "NumPy einsum"
    worker.evaluate("() => { WebAssembly.validate = self.validate; }")
    assert python(worker, "from web import kernels; kernels.install()") == "WebAssembly relaxed SIMD"


PRODUCTS = """
import numpy as np
from nncore import ops
from web.kernels import numpy_products

x, w = np.random.rand(64, 300), np.random.rand(300, 400)
kernels = ops.backend()
mine = [x @ w, np.dot(x, w), x.dot(w), np.matmul(x, w)]
numpy_products.give_back(kernels.kernels.values())
numpys = x @ w
numpy_products.take_over(kernels.kernels.values())
same = [bool((product == kernels.linear(x, w)).all()) for product in mine]
same == [True] * 4 and bool(np.allclose(mine, numpys) and (mine[0] != numpys).any())
"""


def test_products_of_visitors_code_take_the_kernels(shared_page: Page) -> None:
    """In float64: the kernels' results to the bit, which NumPy's own loop differs from."""
    [worker] = shared_page.workers
    assert python(worker, PRODUCTS) is True
