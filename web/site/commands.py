"""What each of build.py's commands does."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from web.site import environment
from web.site.bundle import build_site
from web.site.checks import run_checks
from web.site.console import BuildError, say
from web.site.paths import ROOT
from web.site.server import make_server


def run(options: argparse.Namespace, rest: list[str]) -> int:
    """Carry out one command; returns the exit status."""
    if options.command == "test":
        return run_checks(options.data, rest)
    if options.command == "update":
        from web.site.update import update

        return update(lambda: test_anew(options))
    if options.command == "words":
        from web.site.words import update as update_words

        return update_words()
    if options.command == "bench":
        return bench(options, rest)
    if options.command == "mutate":
        return subprocess.call([sys.executable, "-m", "tests.mutation", *rest], cwd=ROOT)
    if options.command == "screenshot":
        from web.site.screenshot import take

        take(build_site(options.data))
        return 0
    dist = build_site(options.data)
    return serve(dist, options.port) if options.command == "serve" else 0


def test_anew(options: argparse.Namespace) -> int:
    """Run all checks with what pyproject.toml pins by now."""
    environment.enter("test")
    return run_checks(options.data, [])


def serve(dist: Path, port: int) -> int:
    """Serve dist/ until interrupted."""
    try:
        server = make_server(dist, port)
    except OSError as error:
        raise BuildError(f"Port {port} is taken ({error}). Choose another: --port {port + 1}") from None
    with server:
        say(f"\nnncore lab is on http://localhost:{server.server_address[1]}/  (Ctrl+C stops it)")
        server.serve_forever()
    return 0


def bench(options: argparse.Namespace, rest: list[str]) -> int:
    """Run tests/bench with what is left of the command line."""
    data = ["--data", str(options.data)] if options.data else []
    return subprocess.call([sys.executable, "-m", "tests.bench", *data, *rest], cwd=ROOT)
