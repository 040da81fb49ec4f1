"""The page as it is before Python is there, kept in the cache until something it is made of changes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from web.site import words
from web.site.archive import fingerprint, squeeze
from web.site.console import Stage
from web.site.paths import ROOT, SITE, cache_dir
from web.site.snapshot import run_python
from web.site.vendor import save

MAKERS = (SITE / "first_page.mjs", SITE / "python.mjs", ROOT / "web/worker/archive.js")


def make_first_page(
    pyodide: Path, stdlib: bytes, archives: list[bytes], data: dict[str, Any], language: str = ""
) -> bytes:
    """What `web/browser/first_page.py` writes, as gzip.

    Parameters
    ----------
    pyodide : the folder of Pyodide's core.
    stdlib : the standard library as a solid archive.
    archives : all others that the worker unpacks.
    data : the data sets of the site, as site.json names them.
    language : the folder of the one it speaks; "" for English.

    Raises
    ------
    BuildError
        Node or Python failed.
    """
    catalogue = base64.b64encode(words.for_python(language)).decode() if language else ""
    told = json.dumps({"data": data, "language": words.tag(language), "catalogue": catalogue})
    recipe = fingerprint(*(path.read_bytes() for path in MAKERS), told.encode(), stdlib, *archives)
    kept = cache_dir() / "compiled" / f"first-page-{recipe}"
    if not kept.exists():
        with Stage(f"Drawing the first page ({words.tag(language) or 'en'})"):
            save(kept, squeeze(run_python("first_page.mjs", pyodide, [stdlib, *archives], told)))
    return kept.read_bytes()
