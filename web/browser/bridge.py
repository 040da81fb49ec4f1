"""The one module that talks to the browser; outside of it every function does the sensible native thing.

Python runs in a worker, which sees neither the page's address nor its clipboard: such requests go to
`page/main.js` as messages, and what the page tells (theme, address) arrives in `_receive`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from web.words import _

IN_BROWSER = sys.platform == "emscripten"
SAVED = Path("/saved") if IN_BROWSER else Path("~/.local/share/nncore-lab").expanduser()

if IN_BROWSER:
    import js
    from pyodide.ffi import to_js

Progress = Callable[[int, int], None]
Topic = Literal["theme", "hash", "interrupted", "leaving"]

_facts: dict[str, Any] = {"theme": "light", "hash": "", "interrupted": "", "leaving": ""}
_turn = asyncio.Lock()
_listeners: dict[str, list[Callable[[Any], None]]] = {}


class FetchError(OSError):
    """A file of the site could not be fetched; the message says which and what to do."""


# -- what the page tells ---------------------------------------------------------------------------------


def theme() -> Literal["light", "dark"]:
    """The theme the page shows now."""
    return _facts["theme"]


def get_hash() -> str:
    """The address after `#`, without it, still percent-encoded; "" natively."""
    return _facts["hash"]


def interrupted() -> str:
    """What the visitor stopped that only a new start of Python could end, "code" or "course"; else ""."""
    return _facts["interrupted"]


def on(topic: Topic, callback: Callable[[Any], None]) -> None:
    """Call `callback(value)` whenever the page's `topic` changes.

    Topics: "theme" ("light" or "dark"), "hash" (the visitor edited the address or followed a link on the
    same page; not called for `set_hash`).
    """
    _listeners.setdefault(topic, []).append(callback)


def _receive(topic: str, value: Any) -> None:
    """Entry point for worker/main.js: the page says that `topic` is now `value`."""
    if _facts.get(topic) == value:
        return
    _facts[topic] = value
    for callback in _listeners.get(topic, ()):
        callback(value)


# -- what the page is asked to do ------------------------------------------------------------------------


def _ask(type: str, **content: Any) -> None:
    if IN_BROWSER:
        js.postMessage(to_js({"type": type, **content}, dict_converter=js.Object.fromEntries))


def set_hash(value: str) -> None:
    """Write `value` (percent-encoded, without `#`) to the address, without a new history entry."""
    _facts["hash"] = value
    _ask("hash", value=value)


def download(name: str, data: bytes, mime: str = "application/octet-stream") -> None:
    """Hand the visitor a file. Natively it is written to the current folder."""
    if IN_BROWSER:
        _ask("download", name=name, data=data, mime=mime)
    else:
        Path(name).write_bytes(data)


def copy_text(text: str) -> None:
    """Put text on the clipboard; where the browser refuses, the page shows it for copying by hand."""
    _ask("copy", text=text)


def tell_parent(message: dict[str, Any]) -> None:
    """Post a message to the page that holds this one in a frame; nothing happens where there is none."""
    _ask("parent", message=message)


def leave() -> None:
    """Tell the page, which is about to be loaded again, that all is stored."""
    _ask("left")


def show_card(name: str, shown: bool, *, reveal: bool = True) -> None:
    """Put a card on the page, or take it off, by the name of its place (`site/layout.html`).

    `reveal`: whether to scroll to one that is put there.
    """
    _ask("card", name=name, shown=shown, reveal=reveal)


def notify(text: str, kind: Literal["info", "error"] = "info") -> None:
    """Show a short notice at the foot of the page; natively it is printed."""
    if IN_BROWSER:
        _ask("notice", text=text, kind=kind)
    else:
        print(text, file=sys.stderr if kind == "error" else sys.stdout)


# -- files of the site -----------------------------------------------------------------------------------


def site_data() -> dict[str, dict[str, str]]:
    """The data sets that come with the site: paths by file name, by data set; none natively."""
    data: dict[str, dict[str, str]] = json.loads(js.siteData) if IN_BROWSER else {}
    return data


async def fetch_source() -> dict[str, str]:
    """The text of nncore's modules by their paths, such as "nncore/linear.py". Raises FetchError."""
    try:
        buffer = await js.fetchSource()
    except Exception as error:
        raise FetchError(
            _("nncore's source could not be fetched ({error}). Check the connection, try again.", error=error)
        ) from None
    texts: dict[str, str] = json.loads(buffer.to_bytes())
    return texts


async def fetch_bytes(path: str, progress: Progress | None = None, *, gunzip: bool = False) -> bytes:
    """The bytes of one file of the site, fetched without blocking Python.

    Parameters
    ----------
    path : relative to the page, such as "data/mnist/train-images.bin". Natively, relative to `dist/`.
    progress : called as `progress(received, total)`, in bytes on the wire; total is 0 where unknown.
    gunzip : unpack gzip while it streams in (done by the browser, not by Python).

    Raises
    ------
    FetchError
        the file is missing or the network failed.
    """
    if not IN_BROWSER:
        return _read_native(path, gunzip)
    try:
        answer = await js.fetch(js.siteURL(path))
    except Exception as error:
        raise FetchError(
            _(
                "{path} could not be fetched ({error}). Check the connection, try again.",
                path=path,
                error=error,
            )
        ) from None
    if not answer.ok:
        raise FetchError(
            _(
                "{path} is missing from this site (HTTP {status}). Rebuild or redeploy it.",
                path=path,
                status=answer.status,
            )
        )
    report = progress or (lambda received, total: None)
    try:
        buffer = await js.readBody(answer, gunzip, to_js(report))
    except Exception as error:
        raise FetchError(
            _("{path} broke off while loading ({error}). Try again.", path=path, error=error)
        ) from None
    return buffer.to_bytes()


def _read_native(path: str, gunzip: bool) -> bytes:
    import gzip

    file = Path(__file__).resolve().parents[2] / "dist" / path
    if not file.is_file():
        raise FetchError(_("{file} is missing. Run: python3 build.py build", file=file))
    data = file.read_bytes()
    return gzip.decompress(data) if gunzip else data


# -- what survives a reload ------------------------------------------------------------------------------


def place() -> int:
    """Which of the tabs that are open with this site this one is, from 0: each keeps a session of its own."""
    return js.savedPlace if IN_BROWSER else 0


@asynccontextmanager
async def alone() -> AsyncIterator[None]:
    """Within it nobody else touches what is kept, here or in another tab, and what others stored is seen.

    What was written before it and not stored is lost: write within it.
    """
    async with _turn:
        if not IN_BROWSER:
            yield
            return
        release = await js.lockSaved()
        try:
            await js.syncSaved(True)
            yield
        finally:
            release()


async def persist() -> bool:
    """Make what was written under `SAVED` survive a reload; False where the browser keeps nothing."""
    if not IN_BROWSER:
        return True
    return bool(await js.syncSaved(False))
