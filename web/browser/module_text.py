"""The text of nncore's modules, which the page carries compiled: fetched when somebody wants to read it."""

from __future__ import annotations

import inspect
import sys

from web.browser import bridge

_known: dict[str, str] = {}


async def module_text(module: str) -> str:
    """The source of a module of nncore, such as "nncore.linear". Raises FetchError."""
    if not bridge.IN_BROWSER:
        return inspect.getsource(sys.modules[module])
    if not _known:
        _known.update(await bridge.fetch_source())
    return _known[module.replace(".", "/") + ".py"]
