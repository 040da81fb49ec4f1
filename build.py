#!/usr/bin/env python3
"""Build, serve, test and measure nncore lab. Needs only Python 3.10+ (with venv) and git.

The first call makes .venv and continues inside it; the work is in web/site/.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
NEEDS = {"serve": "build", "build": "build", "mutate": "mutation"}  # groups of tools; the others: test
SUITES = ("lint", "types", "unit", "web", "e2e")


def parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The command line; what follows `test`, `bench` and `mutate` beyond their own options is passed on."""
    parser = argparse.ArgumentParser(prog="build.py", description="Build, serve, test, measure nncore lab.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder that holds mnist/*.gz (else NNCORE_DATA, the cache folder, public mirrors)",
    )
    serve = commands.add_parser("serve", parents=[data], help="build what changed and serve it on localhost")
    serve.add_argument("--port", type=int, default=8000)
    commands.add_parser("build", parents=[data], help="build the static site into dist/")
    commands.add_parser(
        "test",
        parents=[data],
        help="run all checks, or some; further arguments go to pytest",
        usage=f"build.py test [--data DIR] [{'|'.join(SUITES)}|faults ...] [test file ...] [pytest options]",
    )
    commands.add_parser("bench", parents=[data], help="run the benchmarks", add_help=False)
    commands.add_parser(
        "mutate", help="plant small faults in the code and see whether the tests notice", add_help=False
    )
    commands.add_parser(
        "update", parents=[data], help="pin newer versions of what the site ships, and test them"
    )
    commands.add_parser("words", help="collect the page's words for its translations, and check these")
    commands.add_parser("screenshot", parents=[data], help="take the README's pictures")
    options, rest = parser.parse_known_args(arguments)
    return options, rest


def main() -> int:
    """Check the Python version and the options, enter .venv, run the command; returns the exit status."""
    if sys.version_info < (3, 10):  # noqa: UP036 - the one file an older Python may run
        print(f"nncore lab needs Python 3.10 or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    options, rest = parse(sys.argv[1:])
    if rest and options.command not in ("test", "bench", "mutate"):
        print(
            f"build.py {options.command} does not know: {' '.join(rest)}. See: python3 build.py --help",
            file=sys.stderr,
        )
        return 2
    os.chdir(ROOT)
    from web.site import environment
    from web.site.console import BuildError

    try:
        environment.enter(NEEDS.get(options.command, "test"))
        from web.site import commands

        return commands.run(options, rest)
    except BuildError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
