"""What travels between the pad in the page and Python: plain data, decoded here."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.preprocess import Drawing, Stroke, ink_from_image, rasterise
from nncore.preprocess.resample import Box, resample
from nncore.preprocess.strokes import Array

_DRAWN_ON = 224  # pixels across that a picture is scaled to when strokes are drawn on it


def strokes_from(message: Mapping[str, Any]) -> list[Stroke]:
    """The strokes of a pad message; their points are base64 of float32 triples: x, y, pressure."""
    return [Stroke(_points(s["points"]), s["width"], s["erase"]) for s in message["strokes"]]


def _points(code: str) -> Array:
    return np.frombuffer(base64.b64decode(code), dtype="<f4").reshape(-1, 3)


def drawing_from(message: Mapping[str, Any], below: Array | None) -> Drawing:
    """What a pad message draws: strokes, or ink where a picture is part of it.

    Parameters
    ----------
    message : {"strokes": [{"points", "width", "erase"}, ...]}, see `strokes_from`.
    below : ink (H, W) of the picture that is still on the pad, None without one.
    """
    strokes = strokes_from(message)
    if below is None:
        return strokes
    if not strokes:
        return below
    scaled = resample(below, Box(0, 0, *below.shape), (_DRAWN_ON, _DRAWN_ON))
    return rasterise(strokes, _DRAWN_ON, below=scaled)


def picture_from(message: Mapping[str, Any]) -> Array:
    """Ink of a picture that was brought: base64 of uint8 brightness, made square around the middle.

    Returns
    -------
    (side, side) float32, side being the longer of the message's "height" and "width".
    """
    height, width = int(message["height"]), int(message["width"])
    grey = np.frombuffer(base64.b64decode(message["grey"]), dtype=np.uint8).reshape(height, width)
    ink = ink_from_image(grey)
    spare_rows, spare_columns = max(width - height, 0), max(height - width, 0)
    return np.pad(
        ink,
        (
            (spare_rows // 2, spare_rows - spare_rows // 2),
            (spare_columns // 2, spare_columns - spare_columns // 2),
        ),
    )


def ink_bytes(ink: Array) -> NDArray[np.uint8]:
    """Ink in 0..1 as the bytes 0..255 that the page paints, same shape."""
    return np.rint(ink * 255).astype(np.uint8)
