"""The development server: any static host does; this one adds nothing but the right content types."""

from __future__ import annotations

import functools
import http.server
from pathlib import Path


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder under `prefix`, asks browsers to check for newer files, and keeps quiet."""

    extensions_map = {  # noqa: RUF012 - the base class declares it so
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".json": "application/json",
        ".whl": "application/zip",
        ".bin": "application/octet-stream",
    }
    protocol_version = "HTTP/1.1"
    prefix = "/"
    extra_headers: dict[str, str] = {}  # noqa: RUF012 - what a host may add

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.prefix):
            return str(Path(self.directory) / "outside-the-site")
        return super().translate_path("/" + path[len(self.prefix) :])

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        for name, value in self.extra_headers.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """Answers every request in its own thread; a visitor leaving in mid-download is no news."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


def make_server(folder: Path, port: int, prefix: str = "/", headers: dict[str, str] | None = None) -> Server:
    """A server bound to localhost (0 picks a free port), not yet running; `headers` go with every answer."""
    handler = type("PrefixHandler", (Handler,), {"prefix": prefix, "extra_headers": headers or {}})
    return Server(("127.0.0.1", port), functools.partial(handler, directory=str(folder)))
