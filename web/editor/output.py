"""What the visitor's code printed and showed."""

from __future__ import annotations

from typing import Any

import numpy as np
import param
from panel.custom import JSComponent

from nncore.custom import Output, Printed, Shown
from web.components.script import script
from web.insight.pictures import ink
from web.words import _


class OutputPane(JSComponent):
    """Text, curves and pictures in the order they came, in a region named "Output"."""

    parts = param.List(default=[], doc="dicts of kind: text, curve or pictures")

    _esm = script(__name__)

    def show(self, output: Output) -> None:
        """Show all that there is so far."""
        parts = [_message(part) for part in output.parts]
        if output.cut:
            parts.append({"kind": "text", "text": _("… the rest is left out.")})
        self.parts = parts


def _message(part: Printed | Shown) -> dict[str, Any]:
    if isinstance(part, Printed):
        return {"kind": "text", "text": part.text}
    array = part.array.astype(np.float64)
    low, high = float(np.nanmin(array)), float(np.nanmax(array))
    about = _(
        "{title}: {dtype} {shape}, from {low:.4g} to {high:.4g}",
        title=part.title or _("array"),
        dtype=part.array.dtype,
        shape=part.array.shape,
        low=low,
        high=high,
    )
    shares = np.nan_to_num((array - low) / ((high - low) or 1))
    if array.ndim == 1:
        return {"kind": "curve", "about": about, "shares": shares.tolist()}
    images = shares[None] if array.ndim == 2 else shares
    return {"kind": "pictures", "about": about, "size": list(images.shape), "pixels": ink(images, 1).ravel()}
