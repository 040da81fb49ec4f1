"""The benchmark's slow line: as slow as it says, and it counts what goes over it."""

from __future__ import annotations

import gzip
import threading
import time
import urllib.request
from pathlib import Path

from tests.bench.line import Line, serve


def test_all_requests_share_the_line() -> None:
    line = Line(bits=1e6)
    start = time.perf_counter()
    threads = [threading.Thread(target=line.carry, args=(5000,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.perf_counter() - start >= 4 * 5000 * 8 / 1e6
    assert line.bytes == 20_000


def test_texts_are_compressed_and_data_sets_not_counted(tmp_path: Path) -> None:
    (tmp_path / "page.js").write_bytes(b"same " * 1000)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "set.bin").write_bytes(b"x" * 100)
    line = Line()
    with serve(tmp_path, line) as server:
        root = f"http://127.0.0.1:{server.server_address[1]}/"
        with urllib.request.urlopen(root + "page.js") as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            content = answer.read()
        assert gzip.decompress(content) == b"same " * 1000
        with urllib.request.urlopen(root + "data/set.bin") as answer:
            assert answer.read() == b"x" * 100
        server.shutdown()
    assert (line.bytes, line.requests) == (len(content), 1)
