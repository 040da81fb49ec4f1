"""The page as a visitor first finds it, as plain data: drawn by `page/first_page.js` before Python is there.

The build calls `write` in the worker's own Python (`site/snapshot.mjs`), so that the page drawn from it is
the very one that Python then takes over.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np

Described = dict[str, Any]


def write(page: str) -> str:
    """JSON of the default page, which `boot.prepare` built: what stands in each slot, see `describe`."""
    from panel.io.state import state

    roots = {root.id: root for root in state.curdoc.roots}
    slots = {name: describe(roots[id_]) for name, id_ in json.loads(page)["roots"].items()}
    return json.dumps(slots, default=encode, allow_nan=False, separators=(",", ":"), sort_keys=True)


def describe(model: Any) -> Described:
    """A model of the document with what is in it.

    A component has `script` and `data`, the values of its parameters; a layout `children` and whether it is a
    `row`; anything else, which needs Bokeh to be drawn, only its `height`. It is as `wide` or
    `tall` as there is room.
    """
    described: Described = {
        "wide": model.sizing_mode in ("stretch_width", "stretch_both"),
        "tall": model.sizing_mode == "stretch_both",
        "hidden": not model.visible,
        "classes": list(model.css_classes),
        "styles": dict(model.styles),
    }
    if model.margin is not None:
        described["margin"] = model.margin
    if hasattr(model, "esm"):
        described |= {"script": model.esm, "data": parameters(model.data)}
    elif hasattr(model, "children"):
        children = [describe(child) for child in model.children]
        described |= {"row": "Row" in type(model).__name__, "children": children}
    else:
        described["height"] = model.height
    return described


def parameters(data: Any) -> Described:
    """The values of a component's own parameters."""
    from bokeh.model import Model

    own = data.properties() - Model.properties() - {"esm_constants"}
    return {name: getattr(data, name) for name in own}


def encode(value: Any) -> Any:
    """Arrays as the page decodes them again: base64 of their bytes, dtype, shape."""
    if isinstance(value, np.ndarray):
        content = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"array": content, "dtype": str(value.dtype), "shape": list(value.shape)}
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"got {type(value).__name__}, expected what JSON or Bokeh can hold")
