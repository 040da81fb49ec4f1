"""The browser's contestants: the dashboard, driven in its worker, and TensorFlow.js in a page beside it."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from playwright.sync_api import Page, Worker, sync_playwright

import nncore
from tests.bench import tfjs
from web.site.browsers import FLAGS, find_chromium
from web.site.paths import DIST
from web.site.server import make_server

HERE = Path(__file__).parent
START = """async (files) => {
  for (const [name, text] of Object.entries(files)) self.pyodide.FS.writeFile(`/bench/${name}`, text);
  self.pyodide.runPython("import sys; sys.path.insert(0, '/bench'); import json, tab");
  await self.pyodide.runPythonAsync("await tab.prepare()");
}"""
CALL = """async (code) => {
  const result = await self.pyodide.runPythonAsync(`json.dumps(${code})`);
  return JSON.parse(result);
}"""
TFJS_PAGE = """<!doctype html><title>TensorFlow.js</title><script>
const worker = new Worker("tfjs.js"), waiting = new Map();
worker.onmessage = ({data: {id, value, error}}) => waiting.get(id)[error ? 1 : 0](value ?? error);
window.ask = (command, seconds) => new Promise((...settle) => {
  const id = crypto.randomUUID();
  waiting.set(id, settle);
  worker.postMessage({id, command, seconds});
});
</script>"""


class Tab:
    """Chromium with the built dashboard on MNIST, and TensorFlow.js if it can be had."""

    def __enter__(self) -> Tab:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        self.version = self._browser.version
        self.page, self.worker = self.open_dashboard()
        self._tfjs: Page | None = None
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._browser.close()
        self._playwright.stop()

    def _serve(self, folder: Path) -> str:
        server = make_server(folder, 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/"

    def open_dashboard(self) -> tuple[Page, Worker]:
        """A page with the dashboard on MNIST, and its worker with tab.py."""
        page = self._browser.new_page(viewport={"width": 1360, "height": 900})
        page.goto(self._serve(DIST) + "#speed=full")  # else training waits to be watched
        page.wait_for_selector("body:not([data-state=loading])", state="attached", timeout=180_000)
        if page.get_attribute("body", "data-state") != "ready":
            raise RuntimeError(f"the page says: {page.text_content('#failure')}")
        [worker] = page.workers
        files = {"tab.py": HERE / "tab.py", "notebook.py": HERE.parent / "notebook.py"}
        worker.evaluate("() => self.pyodide.FS.mkdirTree('/bench')")
        worker.evaluate(START, {name: path.read_text("utf-8") for name, path in files.items()})
        return page, worker

    def call(self, function: str, *arguments: Any, wait: bool = False, worker: Worker | None = None) -> Any:
        """The value of one of tab.py's functions in the first dashboard or another; `wait` if it is async."""
        call = f"{'await ' if wait else ''}tab.{function}(*json.loads({json.dumps(json.dumps(arguments))}))"
        return (worker or self.worker).evaluate(CALL, call)

    def start_tfjs(self) -> str:
        """Open TensorFlow.js on MNIST; its version and backend.  Raises OSError if it cannot be fetched."""
        folder = Path(tempfile.mkdtemp(prefix="nncore-bench-"))
        for path in tfjs.fetch().iterdir():
            shutil.copy(path, folder)
        shutil.copy(HERE / "tfjs.js", folder)
        train, _ = nncore.load_mnist()
        (folder / "images.bin").write_bytes(train.images[:6400].tobytes())
        (folder / "labels.bin").write_bytes(train.labels[:6400].astype("uint8").tobytes())
        (folder / "index.html").write_text(TFJS_PAGE, "utf-8")
        self._tfjs = self._browser.new_page()
        self._tfjs.goto(self._serve(folder))
        name: str = self._tfjs.evaluate("ask('prepare')")
        return name

    def tfjs_rate(self, command: str, seconds: float) -> float:
        """Steps per second by 'trainOnBatch' or 'byHand'."""
        assert self._tfjs is not None
        value: float = self._tfjs.evaluate(
            "([command, seconds]) => ask(command, seconds)", [command, seconds]
        )
        return value


def page_heap(page: Page) -> float:
    """MB of JavaScript objects alive in a page, after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used / 2**20
