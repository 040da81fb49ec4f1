"""Check the site's own JavaScript: types by TypeScript in strict mode, and ESLint."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from web.site.check_tools import OutOfReachError, unpack
from web.site.compiling import node
from web.site.console import say
from web.site.paths import ROOT, SITE

PROJECTS = ("web/jsconfig.json", "web/worker/jsconfig.json")  # the page; the workers, where other names exist


def check_javascript() -> int:
    """Run both checks and print what they find; returns the exit status, 0 where npm is out of reach."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            typescript = unpack("typescript", Path(folder), "lib/")
            eslint = unpack("eslint-linter-browserify", Path(folder), "linter.mjs")
        except OutOfReachError as reason:
            say(f"JavaScript was not checked: {reason}")
            return 0
        scripts = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "web").rglob("*.js"))
        calls = [
            [SITE / "lint.mjs", eslint / "linter.mjs", *scripts],
            *([typescript / "lib" / "_tsc.js", "--pretty", "false", "-p", project] for project in PROJECTS),
        ]
        status = max(subprocess.call([node(), *map(str, call)], cwd=ROOT) for call in calls)
    if not status:
        say(f"{len(scripts)} scripts: no errors")
    return status
