"""The Content-Security-Policy of every page, as a <meta> written from what the page holds.

Nothing is allowed but what is listed here, and no string becomes a script: not by `eval`, not inline unless
the build put it there (its hash is listed), not from a blob.  A <meta> holds on any host, GitHub Pages
included; it does not reach into the Python worker, whose policy a browser takes from the worker's response.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from web.site.archive import integrity

POLICY = {
    "default-src": "'none'",
    # Pyodide compiles WebAssembly; that is no `eval` of JavaScript.
    "script-src": "'self' 'wasm-unsafe-eval' {hashes}",
    "worker-src": "'self'",
    # Bokeh puts <style> elements and style attributes into the page for every plot and widget, with sizes
    # that change; they cannot be listed.  A style runs no script.
    "style-src": "'self' 'unsafe-inline'",
    # data: Bokeh's icons; blob: pictures of drawings and plots on their way to a file.
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    # blob: what Panel hands over as a module is read as text, see page/panel_modules.js.
    "connect-src": "'self' blob:",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
HANDLER = re.compile(r"<[^>]+\son\w+\s*=", re.IGNORECASE)
CHARSET = '<meta charset="utf-8">'


def protect_pages(dist: Path, scripts: Iterable[str]) -> None:
    """Give every page of the site its policy; `scripts` are the hashes of what index.html unpacks."""
    for path in sorted(dist.rglob("*.html")):
        allowed = scripts if path == dist / "index.html" else ()
        path.write_text(protect(path.read_text("utf-8"), path.name, allowed), "utf-8")


def protect(html: str, name: str, scripts: Iterable[str] = ()) -> str:
    """The page with its policy, which stands before anything that it governs.

    Raises ValueError for an inline handler such as `onclick=`, which no hash can allow.
    """
    if handler := HANDLER.search(INLINE.sub("", html)):
        raise ValueError(f"{name}: got {handler[0]!r}, which the policy forbids, expected a listener")
    head, charset, rest = html.partition(CHARSET)
    if not charset:
        raise ValueError(f"{name}: got a page without {CHARSET}, behind which its policy goes")
    rules = policy(html, scripts)
    return f'{head}{charset}\n<meta http-equiv="Content-Security-Policy" content="{rules}">{rest}'


def policy(html: str, scripts: Iterable[str] = ()) -> str:
    """The policy of a page, in one line: it runs what stands in it, and `scripts`, given by their hashes."""
    allowed = [*(integrity(script.encode()) for script in INLINE.findall(html)), *scripts]
    hashes = " ".join(f"'{digest}'" for digest in dict.fromkeys(allowed))
    return "; ".join(f"{name} {value.format(hashes=hashes).strip()}" for name, value in POLICY.items())
