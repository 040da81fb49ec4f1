"""Assemble dist/: the page, the worker, the runtime, the archives and the data. One function per part."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import nncore
from web.site import archive, notices, vendor, words
from web.site.compiling import Job, compile_archives
from web.site.console import BuildError, Stage, say
from web.site.csp import protect_pages
from web.site.editor import add_editor
from web.site.lessons import add_lessons
from web.site.mnist import find_mnist
from web.site.modules import add_modules
from web.site.packages import add_packages
from web.site.page import add_page, add_service_worker, megabytes
from web.site.paths import DIST, ROOT, SITE, cache_dir
from web.site.plain_pages import add_plain_pages
from web.site.reference import add_reference
from web.site.sbom import bill_of_materials
from web.site.snapshot import Prepared, make_snapshot
from web.site.trim import trim

# What the worker unpacks, in this order, and what a failure calls it.
ARCHIVES = (
    ("numpy", "NumPy's archive"),
    ("packages", "The libraries' archive"),
    ("nncore", "nncore's archive"),
    ("web", "The dashboard's archive"),
)
File = dict[str, Any]  # how site.json and the worker know a file: path, what, size, integrity, gzip
BOKEH_SCRIPTS = ("bokeh.min.js", "bokeh-widgets.min.js", "bokeh-tables.min.js")


def build_site(data: Path | None = None, dist: Path = DIST) -> Path:
    """Build the whole site into `dist` and return it.

    Parameters
    ----------
    data : a folder that holds `mnist/*.gz`; see `mnist.find_mnist` for where else it is looked for.

    Raises
    ------
    BuildError
        with what failed and what to do.
    """
    say("Building nncore lab")
    lock = vendor.read_lock()
    pyodide, wheels = vendor.fetch_pyodide(lock), vendor.fetch_wheels(lock)
    versions = {wheel["name"]: wheel["version"] for wheel in lock["wheels"]}
    compiled = compile_archives(worker_modules(wheels, pyodide), pyodide["pyodide.mjs"].parent)
    owners = {**archive.owners(wheels), **archive.owners({"numpy": numpy_wheel(pyodide)})}
    rests = trim(compiled, pyodide["pyodide.mjs"].parent, owners)
    archives = [compiled[name] for name, _ in ARCHIVES]
    mnist = find_mnist(data)
    with Stage("Assembling the site"):
        fresh = dist.with_name(dist.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        folder, modules = add_modules(fresh)
        packages = add_packages(fresh, rests, pyodide["pyodide-lock.json"].read_bytes())
        sets = add_data(fresh, mnist)
        site: dict[str, Any] = {
            "modules": folder,
            "worker": {name: digest for name, digest in modules.items() if name.startswith("worker/")},
            "core": add_core(fresh, pyodide, compiled["stdlib"], packages),
            "panel": "lib/panel/",
            "archives": {
                name: add_file(fresh, f"lib/{name}", "bin", compiled[name], what) for name, what in ARCHIVES
            },
            "data": sets,
            "languages": {"en": {"name": words.OWN_NAME}},
            "source": add_source(fresh),
        }
        site["scripts"], hashes = add_scripts(fresh, wheels, versions)
        add_documents(fresh)
        add_lessons(fresh, mnist=mnist is not None)
        add_reference(fresh)
        (fresh / "THIRD_PARTY.txt").write_text(notices.third_party(lock, wheels, pyodide), "utf-8")
        imports = {"web/": f"./{folder}", **add_editor(fresh, lock["npm"])}
        values = {"megabytes": megabytes(fresh)}
        site["languages"] |= {
            words.tag(folder): add_language(fresh, folder, values) for folder in words.languages()
        }
        made = {
            folder: make_snapshot(pyodide["pyodide.mjs"].parent, compiled["stdlib"], archives, sets, folder)
            for folder in ("", *words.languages())
        }
        for folder, prepared in made.items():
            language = site["languages"][words.tag(folder) or "en"]
            language |= add_snapshot(fresh, prepared)
            if folder:  # the English one stands in index.html itself
                language["first"] = add_file(
                    fresh, "lib/words/first", "bin", prepared.first, "The first page"
                )
        page = {name: digest for name, digest in modules.items() if name not in site["worker"]}
        versions = {"pyodide": lock["pyodide"]["version"], **versions}
        add_page(fresh, site, page, imports, versions, made[""].first)
        (fresh / "sbom.cdx.json").write_text(bill_of_materials(lock, nncore.__version__), "utf-8")
        protect_pages(fresh, hashes)
        unpacked = [language["memory"]["unpacked"] for language in site["languages"].values()]
        add_service_worker(fresh, {memory["path"]: memory["integrity"] for memory in unpacked})
        shutil.rmtree(dist, ignore_errors=True)
        fresh.rename(dist)
    size = sum(path.stat().st_size for path in dist.rglob("*") if path.is_file())
    say(f"  {dist} is ready: {size / 1e6:.0f} MB" + ("" if mnist else ", without MNIST"))
    return dist


def worker_modules(wheels: dict[str, Path], pyodide: dict[str, Path]) -> list[Job]:
    """All Python modules of the worker, to be compiled."""
    numpy = archive.pack(archive.wheel_entries([numpy_wheel(pyodide)]))
    return [
        Job("stdlib", pyodide["python_stdlib.zip"].read_bytes(), 2, solid=False),
        Job("numpy", numpy, 0, solid=False),
        Job("packages", archive.pack(archive.wheel_entries(wheels.values())), 2, solid=False),
        Job("nncore", nncore_wheel(), 0),
        Job("web", archive.pack(archive.dashboard_entries()), 0),
    ]


def numpy_wheel(pyodide: dict[str, Path]) -> Path:
    """NumPy as Pyodide's release has it."""
    return next(path for name, path in pyodide.items() if name.startswith("numpy-"))


def add_core(dist: Path, files: dict[str, Path], stdlib: bytes, lock: bytes) -> dict[str, File]:
    """Write Pyodide's core with the compiled standard library, and `lock`, the list of packages."""
    read = {name: path.read_bytes() for name, path in files.items()}
    module = read["pyodide.asm.wasm"]
    return {
        "loader": add_file(dist, "lib/pyodide/pyodide", "mjs", read["pyodide.mjs"], "Python's loader"),
        "script": add_file(
            dist,
            "lib/pyodide/pyodide.asm.js",
            "bin",
            archive.squeeze(read["pyodide.asm.js"]),
            "Python's script",
        ),
        "module": {
            **add_file(dist, "lib/pyodide/pyodide.asm.wasm", "bin", archive.squeeze(module), "Python"),
            "plain": add_file(dist, "lib/pyodide/pyodide.asm", "wasm", module, "Python"),
        },
        "stdlib": add_file(dist, "lib/pyodide/stdlib", "bin", stdlib, "Python's standard library"),
        "lock": add_file(dist, "lib/pyodide/pyodide-lock", "json", lock, "The list of packages"),
    }


def add_file(dist: Path, stem: str, kind: str, data: bytes, what: str) -> File:
    """Write one file under a name that changes with its content, so that no cache can mix versions.

    Returns what the worker needs to fetch and check it, and to name it in a failure. The kind "bin" is gzip,
    unpacked by the browser's own streams whatever the host thinks of it.
    """
    path = f"{stem}-{archive.fingerprint(data)}.{kind}"
    (dist / path).parent.mkdir(parents=True, exist_ok=True)
    (dist / path).write_bytes(data)
    return {
        "path": path,
        "what": what,
        "size": len(data),
        "integrity": archive.integrity(data),
        "gzip": kind == "bin",
    }


def nncore_wheel() -> bytes:
    """The wheel of nncore that a `pip install` would get; made anew only when its sources changed."""
    sources = [ROOT / "pyproject.toml", *sorted((ROOT / "nncore").rglob("*"))]
    content = [
        path.relative_to(ROOT).as_posix().encode() + path.read_bytes()
        for path in sources
        if path.is_file() and "__pycache__" not in path.parts
    ]
    folder = cache_dir() / "nncore" / archive.fingerprint(*content)
    if not list(folder.glob("*.whl")):
        # In a copy: setuptools leaves its own folder behind, and takes removed modules from it later.
        with tempfile.TemporaryDirectory() as temporary:
            for name in ("pyproject.toml", "README.md", "LICENSE"):
                shutil.copy(ROOT / name, temporary)
            shutil.copytree(ROOT / "nncore", Path(temporary) / "nncore")
            command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
            command += ["--wheel-dir", str(folder), temporary]
            fixed_time = os.environ | {"SOURCE_DATE_EPOCH": "946684800"}
            done = subprocess.run(command, capture_output=True, text=True, env=fixed_time)
        if done.returncode:
            raise BuildError(f"nncore's wheel could not be made:\n{done.stdout}{done.stderr}")
    return next(folder.glob("*.whl")).read_bytes()


def add_scripts(
    dist: Path, wheels: dict[str, Path], versions: dict[str, str]
) -> tuple[list[File], list[str]]:
    """Take BokehJS, Panel's script and styles out of their wheels.

    Returns the scripts in loading order, compressed, and the hashes of what is in them.
    """
    bokeh, panel = f"lib/bokeh/{versions['bokeh']}/", f"lib/panel/{versions['panel']}/dist/"
    files, hashes = [], []
    for folder, wheel, member in (
        *((bokeh, wheels["bokeh"], f"bokeh/server/static/js/{name}") for name in BOKEH_SCRIPTS),
        (panel, wheels["panel"], "panel/dist/panel.min.js"),
    ):
        name = Path(member).name
        with zipfile.ZipFile(wheel) as archive_:
            script = archive_.read(member)
        files.append(add_file(dist, folder + name, "bin", archive.squeeze(script), name))
        hashes.append(archive.integrity(script))
    with zipfile.ZipFile(wheels["panel"]) as archive_:
        for name in archive_.namelist():
            if name.startswith(("panel/dist/css/", "panel/dist/bundled/theme/")) and name.endswith(".css"):
                _extract(wheels["panel"], name, dist / panel / name.removeprefix("panel/dist/"))
    return files, hashes


def _extract(wheel: Path, member: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive_:
        target.write_bytes(archive_.read(member))


def add_language(dist: Path, folder: str, values: dict[str, str]) -> dict[str, Any]:
    """Write the words of a language for Python and the scripts; `values` stand in the page's own."""
    stem = f"lib/words/{words.tag(folder)}"
    return {
        "name": words.own_name(folder),
        "forms": words.plural_forms(folder),
        "page": add_file(dist, stem, "json", words.for_scripts(folder, values), "The page's words"),
        "python": add_file(dist, stem, "mo", words.for_python(folder), "The dashboard's words"),
    }


def add_snapshot(dist: Path, made: Prepared) -> dict[str, Any]:
    """Write the page made ahead in one language, for the worker."""
    # Beside the data sets: the service worker keeps those when they are first used, not beforehand.
    memory = add_file(dist, "data/python", "bin", made.memory, "The snapshot of Python")
    unpacked = {
        "path": memory["path"].removesuffix("bin") + "memory",  # no file: the name by which devices keep it
        "integrity": archive.integrity(gzip.decompress(made.memory)),
    }
    return {
        "ahead": {
            theme: add_file(dist, f"lib/words/{theme}", "bin", page, "The page made ahead")
            for theme, page in (("light", made.light), ("dark", made.dark))
        },
        "memory": {**memory, "unpacked": unpacked},
    }


def add_data(dist: Path, mnist: dict[str, bytes] | None) -> dict[str, dict[str, str]]:
    """Write the data sets. They end in .bin: some hosts unpack or relabel .gz files on the way."""
    if mnist is None:
        return {}
    (dist / "data" / "mnist").mkdir(parents=True)
    paths = {name: f"data/mnist/{name.removesuffix('.gz')}.bin" for name in mnist}
    for name, content in mnist.items():
        (dist / paths[name]).write_bytes(content)
    return {"mnist": paths}


def add_source(dist: Path) -> File:
    """Write the text of nncore's modules, by their paths, which the page shows on demand."""
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for path in sorted((ROOT / "nncore").rglob("*.py"))
    }
    return add_file(dist, "lib/source", "bin", archive.squeeze(json.dumps(texts).encode()), "nncore's source")


def add_documents(dist: Path) -> None:
    """Files that are copied as they are: styles, icon, and what static hosts look for."""
    for name in ("theme.css", "theme.js", "favicon.svg"):
        shutil.copyfile(SITE / name, dist / name)
    (dist / ".nojekyll").touch()
    add_plain_pages(dist)
    shutil.copyfile(ROOT / "LICENSE", dist / "LICENSE.txt")
