"""The page as data, for what draws it before Python is there."""

from __future__ import annotations

import base64
import json

import numpy as np
import panel as pn
import pytest

from web.browser.first_page import describe, encode
from web.components.tiles import Tiles
from web.components.toggles import Toggles
from web.views.layout import column, wrapping


def test_layout_and_components_are_described_with_their_values() -> None:
    toggles = Toggles(print, label="Whose", options=[], value={"yours": True}, sizing_mode="stretch_width")
    hidden = column(pn.pane.Str("no component", height=20), visible=False)
    described = describe(wrapping(toggles, hidden).get_root())
    assert described["row"]
    assert described["styles"]["flex-wrap"] == "wrap"
    first, second = described["children"]
    assert first["wide"]
    assert "web/components/toggles.js" in first["script"]
    assert first["data"] == {"label": "Whose", "options": [], "value": {"yours": True}}
    assert second["hidden"]
    assert second["children"][0]["height"] == 20


def test_pictures_travel_as_their_bytes() -> None:
    pixels = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
    described = describe(Tiles(content={"pixels": pixels, "mean": np.float32(0.5)}).get_root())
    content = json.loads(json.dumps(described, default=encode))["data"]["content"]
    assert content["mean"] == 0.5
    assert content["pixels"]["dtype"] == "uint8"
    assert content["pixels"]["shape"] == [1, 2, 3]
    assert base64.b64decode(content["pixels"]["array"]) == pixels.tobytes()


def test_what_the_page_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="got object"):
        encode(object())
