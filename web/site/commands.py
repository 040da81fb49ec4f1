"""What each of build.py's commands does."""

from __future__ import annotations

import argparse

from .bundle import build_site
from .console import BuildError, say
from .server import make_server


def run(options: argparse.Namespace, rest: list[str]) -> int:
    """Carry out one command; returns the exit status."""
    if options.command == "build":
        build_site(options.data)
        return 0
    return serve(options)


def serve(options: argparse.Namespace) -> int:
    """Build what changed, then serve dist/ until interrupted."""
    dist = build_site(options.data)
    try:
        server = make_server(dist, options.port)
    except OSError as error:
        raise BuildError(f"Port {options.port} is taken ({error}). Choose another: --port 8001") from None
    with server:
        say(f"\nnncore lab is on http://localhost:{server.server_address[1]}/  (Ctrl+C stops it)")
        server.serve_forever()
    return 0
