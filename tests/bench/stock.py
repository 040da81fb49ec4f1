"""The same dashboard as `panel convert --to pyodide-worker` makes it, self-hosted, for comparison.

Panel's own converter writes page and worker; addresses of CDNs become local ones, and our scripts are put
beside. It is a lower bound of a stock page: micropip installs the very wheels that our site is made of, from
the same host, without looking for what they depend on, and without the pandas that Panel would load.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from web.site import archive, vendor
from web.site.bundle import nncore_wheel, numpy_wheel
from web.site.modules import sources
from web.site.paths import ROOT, SITE, cache_dir

APP = """import sys
import panel as pn
from web.app import build, welcome
dashboard = build()
views = dashboard.views.values()
if sys.platform == "emscripten":
    welcome(dashboard.session)
    dashboard.show()
else:  # the converter only counts them
    views = [pn.Column() for _ in views]
for view in views:
    pn.panel(view).servable()
"""
CONVERT = """import sys
from panel.io.convert import script_to_html
app, folder, *requirements = sys.argv[1:]
html, worker = script_to_html(app, requirements=requirements, runtime="pyodide-worker", prerender=False)
open(folder + "/index.html", "w").write(html)
open(folder + "/app.js", "w").write(worker)
"""
# What web/browser/bridge.py finds in our worker, with nothing behind it.
WORKER = """Object.assign(self, {
  siteData: "{}", savedPlace: 0, siteURL: (path) => new URL(path, self.location).href,
  syncSaved: async () => false, lockSaved: async () => () => {},
});
"""
PAGE = """<script type="importmap-shim">{"imports": {"web/": "./web/"}}</script>
<script>window.nncoreSite = {languages: {en: {name: "English"}}}; LANGUAGE</script>"""
MORE = ("pyodide.js", "micropip-0.10.1-py3-none-any.whl")  # of Pyodide's release, beside what our site needs


def make_stock_page(folder: Path) -> None:
    """Write the whole site into an empty folder."""
    lock = vendor.read_lock()
    pyodide, wheels = vendor.fetch_pyodide(lock), vendor.fetch_wheels(lock)
    (folder / "wheels").mkdir(parents=True)
    (folder / "pyodide").mkdir()
    names = []
    for name, path in wheels.items():
        version = path.name.split("-")[1]
        names.append(f"{name.replace('-', '_')}-{version}-py3-none-any.whl")
        (folder / "wheels" / names[-1]).write_bytes(pure(path))
    for name, content in (("nncore_lab", nncore_wheel()), ("web", dashboard_wheel())):
        names.append(f"{name}-0.1.0-py3-none-any.whl")
        (folder / "wheels" / names[-1]).write_bytes(content)
    for name, path in pyodide.items():
        (folder / "pyodide" / name).write_bytes(path.read_bytes())
    for name, content in more_of_pyodide(lock).items():
        (folder / "pyodide" / name).write_bytes(content)
    packages = json.loads(pyodide["pyodide-lock.json"].read_bytes())["packages"]
    assert packages["numpy"]["file_name"] == numpy_wheel(pyodide).name
    convert(folder, ["numpy", *(f"${{self.location.origin}}/wheels/{name}" for name in names)])
    for path in sources():
        target = folder / "web" / path.relative_to(ROOT / "web")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    scripts(folder, wheels)


def pure(wheel: Path) -> bytes:
    """A wheel without its compiled parts, which all of these can do without."""
    with zipfile.ZipFile(wheel) as source:
        return archive.pack(
            (name, source.read(name)) for name in source.namelist() if not name.endswith((".so", "/"))
        )


def dashboard_wheel() -> bytes:
    """The `web` package as a wheel."""
    info = "web-0.1.0.dist-info/"
    meta = [
        (f"{info}METADATA", b"Metadata-Version: 2.1\nName: web\nVersion: 0.1.0\n"),
        (f"{info}RECORD", b""),
        (f"{info}WHEEL", b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
    ]
    return archive.pack([*archive.dashboard_entries(), *meta])


def more_of_pyodide(lock: vendor.Lock) -> dict[str, bytes]:
    """Files of the same release, from the first source of the lock that has them."""
    folder = cache_dir() / f"pyodide-{lock['pyodide']['version']}" / "bench"
    if not all((folder / name).exists() for name in MORE):
        for source in lock["pyodide"]["sources"]:
            try:
                for name, content in vendor._members(source, list(MORE)):
                    vendor.save(folder / name, content)
                break
            except OSError:
                continue
    return {name: (folder / name).read_bytes() for name in MORE}


def convert(folder: Path, requirements: list[str]) -> None:
    """Let Panel write page and worker, and make them find everything here."""
    with tempfile.TemporaryDirectory() as temporary:
        app = Path(temporary) / "app.py"
        app.write_text(APP)
        subprocess.run(
            [sys.executable, "-c", CONVERT, str(app), str(folder), *requirements],
            check=True,
            capture_output=True,
            cwd=ROOT,
        )
    html, worker = (folder / "index.html").read_text(), (folder / "app.js").read_text()
    language = (SITE / "language.js").read_text("utf-8")
    html = html.replace("<head>", "<head>" + PAGE.replace("LANGUAGE", language), 1)
    worker = worker.replace("]);", "], deps=False)\n      from web.browser import stand_ins", 1)
    environment = '{env: {HOME: "/home/pyodide", PANEL_CDN_ROOT: "./panel/", TORNADO_EXTENSION: "0"}}'
    worker = worker.replace("loadPyodide()", f"loadPyodide({environment})")
    (folder / "index.html").write_text(local(html))
    (folder / "app.js").write_text(WORKER + local(worker))


def local(text: str) -> str:
    """Addresses of CDNs as places in this site."""
    text = re.sub(r"https://cdn\.jsdelivr\.net/pyodide/v[\d.]+/(?:pyc|full)/", "./pyodide/", text)
    text = re.sub(
        r"https://cdn\.bokeh\.org/bokeh/release/([\w-]+?)-\d[\d.]*\.min\.js", r"./bokeh/\1.min.js", text
    )
    return text.replace("https://cdn.holoviz.org/panel/", "./panel/")


def scripts(folder: Path, wheels: dict[str, Path]) -> None:
    """BokehJS and Panel's files, as they lie in the wheels."""
    for wheel, prefix, target in (
        (wheels["bokeh"], "bokeh/server/static/js/", "bokeh"),
        (wheels["panel"], "panel/dist/", f"panel/{wheels['panel'].name.split('-')[1]}/dist"),
    ):
        with zipfile.ZipFile(wheel) as source:
            for name in source.namelist():
                if name.startswith(prefix) and name.endswith((".min.js", ".css")):
                    path = folder / target / name.removeprefix(prefix)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(source.read(name))
