"""The snapshot of Python's memory with the page built, kept in the cache until something it holds changes.

The worker restores it in place of importing them (`web/worker/snapshot.js`), which is most of a start.
"""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from web.site import words
from web.site.archive import fingerprint, squeeze
from web.site.compiling import node
from web.site.console import BuildError, Stage
from web.site.paths import ROOT, SITE, cache_dir
from web.site.vendor import save

CODE = (ROOT / "web/browser/stand_ins.py", SITE / "imported.py")  # run one after the other
MAKERS = (
    SITE / "snapshot.mjs",
    SITE / "python.mjs",
    ROOT / "web/worker/libraries.js",
    ROOT / "web/worker/archive.js",
)


class Prepared(NamedTuple):
    """A page made ahead, each part as gzip."""

    memory: bytes  # of Python, for `web/worker/snapshot.js`
    light: bytes  # Bokeh's document, for `web/page/dashboard.js`
    dark: bytes  # the same in the other theme
    first: bytes  # what is drawn before Bokeh is there, for `web/page/first_page.js`


def make_snapshot(
    pyodide: Path, stdlib: bytes, archives: list[bytes], data: dict[str, Any], language: str = ""
) -> Prepared:
    """The page of who comes by the bare address.

    Parameters
    ----------
    pyodide : the folder of Pyodide's core.
    stdlib : the standard library as a solid archive.
    archives : the libraries as solid archives.
    data : the data sets of the site, as site.json names them.
    language : the folder of the one it speaks; "" for English.

    Raises
    ------
    BuildError
        Node or Python failed.
    """
    code = "\n".join(path.read_text("utf-8") for path in CODE)
    catalogue = base64.b64encode(words.for_python(language)).decode() if language else ""
    told = json.dumps({"data": data, "code": code, "language": words.tag(language), "catalogue": catalogue})
    recipe = fingerprint(*(path.read_bytes() for path in MAKERS), told.encode(), stdlib, *archives)
    kept = [cache_dir() / "compiled" / f"{part}-{recipe}" for part in Prepared._fields]
    if not all(path.exists() for path in kept):
        with Stage(f"Taking a snapshot of Python with the page built ({words.tag(language) or 'en'})"):
            texts, _, memory = run_python("snapshot.mjs", pyodide, [stdlib, *archives], told).partition(b"\n")
            made = Prepared(memory, **{name: text.encode() for name, text in json.loads(texts).items()})
            for path, part in zip(kept, made, strict=True):
                save(path, squeeze(part))
    return Prepared(*(path.read_bytes() for path in kept))


def run_python(script: str, pyodide: Path, archives: list[bytes], text: str) -> bytes:
    """What a script of this folder makes with the worker's Python, under Node.

    Parameters
    ----------
    script : is called with the folder `pyodide`, the unpacked `archives`, a file that holds `text`, and the
        file to write.

    Raises
    ------
    BuildError
        Node or Python failed.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        inputs = [folder / f"archive{number}" for number in range(len(archives))]
        for path, data in zip(inputs, archives, strict=True):
            path.write_bytes(gzip.decompress(data))
        told, out = folder / "told", folder / "out"
        told.write_text(text, "utf-8")
        arguments = [str(path) for path in (SITE / script, pyodide, *inputs, told, out)]
        done = subprocess.run([node(), *arguments], capture_output=True, text=True)
        if done.returncode:
            # Node also prints the line the error came from: a megabyte of minified code.
            lines = [line for line in done.stderr.splitlines() if len(line) < 500]
            raise BuildError(f"{script} failed:\n" + "\n".join(lines))
        return out.read_bytes()
