"""A host and a device that are slower than this machine: for measuring what a visitor on a phone waits."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import os
import re
import signal
import threading
import time
from pathlib import Path

from web.site.server import Handler, Server

PIECE = 8192  # bytes
DATA_SETS = re.compile("/data/(?!python-)")  # the snapshot of Python lies beside them
TEXTS = (".html", ".js", ".mjs", ".css", ".json", ".wasm")  # what hosts compress on the way


class Line:
    """A line that all of a page's requests share.

    Parameters
    ----------
    bits : per second; 0 for as fast as it goes.
    delay : seconds from a request to its answer.

    Attributes
    ----------
    bytes, requests : so far; data sets aside.
    """

    def __init__(self, bits: float = 0, delay: float = 0) -> None:
        self._bits, self.delay = bits, delay
        self._lock = threading.Lock()
        self._free = 0.0
        self.bytes = self.requests = 0

    def carry(self, size: int, counted: bool = True) -> None:
        """Wait as long as `size` bytes take behind those that are under way."""
        with self._lock:
            self.bytes += size * counted
            if not self._bits:
                return
            self._free = max(self._free, time.perf_counter()) + 8 * size / self._bits
            until = self._free
        time.sleep(max(0.0, until - time.perf_counter()))

    def begin(self, counted: bool = True) -> None:
        """One more request."""
        with self._lock:
            self.requests += counted
        time.sleep(self.delay)


@functools.cache
def compressed(path: Path, changed: float) -> bytes:
    """Its content as it travels; `changed` is when that was last written."""
    return gzip.compress(path.read_bytes(), 6)


def serve(folder: Path, line: Line, compressed_types: tuple[str, ...] = TEXTS) -> Server:
    """A running server of `folder` at the other end of `line`; it has compressed texts, as hosts do."""
    for path in folder.rglob("*"):
        if path.suffix in compressed_types:
            compressed(path, path.stat().st_mtime)

    class SlowHandler(Handler):
        def end_headers(self) -> None:
            # What is named by its content, or by a release, need not be asked for again.
            kept = "no-cache" if self.path.endswith(("/", ".html", "sw.js")) else "max-age=86400"
            self.send_header("Cache-Control", kept)
            http.server.SimpleHTTPRequestHandler.end_headers(self)

        def do_GET(self) -> None:  # noqa: N802 - the base class calls it so
            counted = not DATA_SETS.match(self.path)
            line.begin(counted)
            path = Path(self.translate_path(self.path))
            path = path / "index.html" if path.is_dir() else path
            if not path.is_file():
                self.send_error(404)
                return
            text = path.suffix in compressed_types
            content = compressed(path, path.stat().st_mtime) if text else path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Content-Length", str(len(content)))
            if text:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                line.carry(len(piece), counted)
                self.wfile.write(piece)

    server = Server(("127.0.0.1", 0), functools.partial(SlowHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class SlowProcessor:
    """Lets the browser's page processes run one part of the time only; Linux, `factor` 1 does nothing."""

    BEAT = 0.02  # seconds

    def __init__(self, factor: float) -> None:
        self._factor = factor
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        if self._factor > 1:
            self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._end.is_set():
            found = renderers()
            for process in found:
                _signal(process, signal.SIGSTOP)
            time.sleep(self.BEAT * (1 - 1 / self._factor))
            for process in found:
                _signal(process, signal.SIGCONT)
            time.sleep(self.BEAT / self._factor)


def renderers() -> list[int]:
    """The processes that run pages, of all browsers that descend from this process."""
    parents, pages = {}, []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                pages.append(int(folder.name))
        except OSError:
            continue

    def ours(process: int) -> bool:
        while process > 1:
            if process == os.getpid():
                return True
            process = parents.get(process, 0)
        return False

    return [page for page in pages if ours(page)]


def _signal(process: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)
