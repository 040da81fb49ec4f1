"""Start the dashboard inside the worker and keep its document and the page's in step.

The other half is `worker/main.js` and `page/dashboard.js`. Three calls, in this order:
`start()` once, `link()` once the page has drawn what `start` returned, `receive()` for every change the
visitor makes. `receive` applies a change before it returns, so changes are never lost or reordered,
however busy Python is in between.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
import traceback
from typing import TYPE_CHECKING, Any

import numpy as np

from web.browser import stand_ins  # noqa: F401 - before Panel

if TYPE_CHECKING:
    from web.app import Dashboard

THEMES = ("dark", "light")  # last what Python begins with
_prepared: Dashboard | None = None  # the dashboard of the bare address, built before the visit began


def _flush() -> None:
    """Send what is waiting; there is nothing before `link`."""


def awaken() -> None:
    """After a snapshot was restored: seed for this visit what was seeded when the snapshot was taken."""
    random.seed()
    np.random.seed()


def prepare() -> dict[str, str]:
    """Build the page of who comes by the bare address, ahead of the visit; what `start` returns, by theme.

    A snapshot of Python holds the dashboard; the visitor's browser draws the page while Python still starts.
    What changes from now on, with the theme that the page tells first, waits for `link`.
    """
    global _prepared
    from web.browser import bridge

    _prepared = _build()
    _prepared.show()
    pages = {}
    for theme in THEMES:
        bridge._receive("theme", theme)
        pages[theme] = _page(_prepared)
    _prepared.hide()
    return pages


def _build() -> Dashboard:
    """The dashboard, its roots in a document of its own."""
    import panel as pn
    from panel.io.pyodide import init_doc
    from panel.io.state import state

    from web.app import build
    from web.browser import quick_defaults

    init_doc()
    pn.config.browser_info = False  # it would be one more root; web.browser tells what is needed
    quick_defaults.install()
    dashboard = build()
    with state.curdoc.models.freeze():  # else every root added has all models collected anew
        for view in dashboard.views.values():
            pn.panel(view).server_doc(doc=state.curdoc, location=False)
    state.curdoc._session_context = None  # there is no server: changes take effect at once
    return dashboard


def _leave_out(dashboard: Dashboard, hide: tuple[str, ...]) -> None:
    """Take what a link hides from the dashboard and its document."""
    from panel.io.state import state

    roots = dict(zip(dashboard.views, state.curdoc.roots, strict=True))
    dashboard.leave_out(hide)
    with state.curdoc.models.freeze():
        for slot in roots.keys() - dashboard.views.keys():
            state.curdoc.remove_root(roots[slot])


def _page(dashboard: Dashboard) -> str:
    """JSON of Bokeh's `docs` and render `items`, and of `roots`: the id of the model that fills each slot."""
    from bokeh.embed.util import standalone_docs_json_and_render_items
    from panel.io.state import state

    document = state.curdoc
    docs, items = standalone_docs_json_and_render_items(document.roots, suppress_callback_warning=True)
    document.unhold()  # what changed so far is told by this
    document.hold()
    slots = dict(zip(dashboard.views, (root.id for root in document.roots), strict=True))
    return json.dumps({"docs": docs, "items": [item.to_json() for item in items], "roots": slots})


def start() -> str | None:
    """Start the dashboard; return the page that is to be drawn, None for the one that `prepare` returned."""
    from web import kernels
    from web.app import welcome
    from web.browser import bridge
    from web.share.link import read_link

    asyncio.get_event_loop().set_exception_handler(_background_error)
    kernels.install()
    dashboard = _prepared or _build()
    hide = read_link(bridge.get_hash()).hide
    if hide:
        _leave_out(dashboard, hide)
    welcome(dashboard.session)
    dashboard.show()
    return _page(dashboard) if hide or not _prepared else None


def link(send: Any) -> None:
    """Pass changes of the Python document to `send(patch, buffers)`, and run onload callbacks.

    What changes in one turn of the event loop travels together: a patch costs milliseconds, however small.
    """
    global _flush
    from bokeh.events import DocumentReady
    from js import Map, Object
    from panel.io.pyodide import _dict_converter, _process_document_events
    from panel.io.state import state
    from pyodide.ffi import to_js

    document = state.curdoc
    waiting: list[Any] = []

    def changed(event: Any) -> None:
        if event.setter == "js":  # it comes from the page
            return
        if not waiting:
            asyncio.get_running_loop().call_soon(flush)
        waiting.append(event)

    def flush() -> None:
        if not waiting:
            return
        events = waiting.copy()
        waiting.clear()
        patch, buffers = _process_document_events(document, events)
        send(to_js(patch, dict_converter=_dict_converter), Map.new(Object.entries(to_js(buffers))))

    _flush = flush
    gc.freeze()  # what is there now stays: collections need not look at it again
    gc.enable()
    document.on_change(changed)
    document.unhold()
    flush()  # the page is not ready before it shows what the visit brought
    document.on_event("document_ready", lambda event: state._schedule_on_load(document, event))
    document.callbacks.trigger_event(DocumentReady())


def receive(patch: Any) -> None:
    """Apply one change from the page (a JsProxy of Bokeh's JSON patch) to the Python document."""
    from panel.io.pyodide import _convert_json_patch
    from panel.io.state import state

    try:
        _flush()  # applying takes every model for one that the page knows: new ones have to be there first
        state.curdoc.apply_json_patch(_convert_json_patch(patch), setter="js")
        _flush()  # an answer shall not wait for the slice of training that comes next
    except Exception as error:
        report(error)


def report(error: BaseException) -> None:
    """Tell the page that something went wrong while the dashboard goes on: a notice there, details here."""
    from web.browser import bridge

    print("".join(traceback.format_exception(error)), file=sys.stderr)
    bridge.notify(f"{type(error).__name__}: {error}", kind="error")


def _background_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if error is None:
        loop.default_exception_handler(context)
    else:
        report(error)
