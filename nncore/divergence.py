"""Where numbers stopped being finite."""

from __future__ import annotations

import numpy as np

from nncore.module import Module
from nncore.ops import Array
from nncore.text import Text


def first_nonfinite(model: Module, x: Array) -> str:
    """Label of the first layer with a weight, or an output for the batch x, that is not finite."""
    modules = list(model.named_children()) or [("", model)]
    for _, layer in modules:
        for name, parameter in layer.named_parameters():
            if not np.isfinite(parameter.data).all():
                return f"{layer.label} ({name})"
    with np.errstate(all="ignore"):
        for _, layer in modules:
            x = layer(x)
            if not np.isfinite(x).all():
                return Text("{label} (output)", label=layer.label)
    return Text("the loss itself")
