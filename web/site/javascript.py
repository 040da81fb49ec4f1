"""Check the site's own JavaScript: types by TypeScript in strict mode, and ESLint."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from web.site.check_tools import OutOfReachError, unpack
from web.site.compiling import node
from web.site.console import say
from web.site.paths import ROOT, SITE

# The page; the workers and what the build runs under Node, where other names exist.
PROJECTS = ("web/jsconfig.json", "web/worker/jsconfig.json", "web/site/jsconfig.json")


def check_javascript() -> int:
    """Run both checks and print what they find; returns the exit status, 0 where npm is out of reach."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            typescript = unpack("typescript", Path(folder), "lib/")
            eslint = unpack("eslint-linter-browserify", Path(folder), "linter.mjs")
            node_types = unpack("@types/node", Path(folder), "").parent
        except OutOfReachError as reason:
            say(f"JavaScript was not checked: {reason}")
            return 0
        paths = [path for ending in ("*.js", "*.mjs") for path in (ROOT / "web").rglob(ending)]
        scripts = sorted(path.relative_to(ROOT).as_posix() for path in paths)
        tsc = [typescript / "lib" / "_tsc.js", "--pretty", "false", "--typeRoots", node_types]
        calls = [
            [SITE / "lint.mjs", eslint / "linter.mjs", *scripts],
            *([*tsc, "-p", project] for project in PROJECTS),
        ]
        status = max(subprocess.call([node(), *map(str, call)], cwd=ROOT) for call in calls)
    if not status:
        say(f"{len(scripts)} scripts: no errors")
    return status
