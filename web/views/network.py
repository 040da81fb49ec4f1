"""The network on paper."""

from __future__ import annotations

from typing import Any

from web.components.diagram import Diagram
from web.components.note import Note
from web.insight.outline import Layer, outline, times
from web.session import Session
from web.views.layout import column
from web.views.view import View
from web.words import _


class NetworkView(View):
    """Layers with the shapes between them, and how many numbers are trained."""

    topics = ("model",)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._about = Note(title=_("Layer by layer"), sizing_mode="stretch_width")
        self._diagram = Diagram(
            session.code.read, label=_("Layers of the network"), sizing_mode="stretch_width"
        )
        self._layout = column(self._about, self._diagram)

    def refresh(self) -> None:
        data = self.session.training.train_data
        layers = outline(self.session.training.model, data.sample_shape)
        trained = sum(layer.parameters for layer in layers)
        shape = data.sample_shape
        sample = {
            "readable": False,
            "kind": _(data.noun).capitalize() if not data.has_images else _("Image"),
            "options": "",
            "shape": [1, *shape] if data.has_images else list(shape),
            "size": times(shape),
        }
        self._diagram.layers = [sample | {"parameters": "", "formula": ""}, *map(_entry, layers)]
        self._about.text = _(
            "{trained:,} numbers are trained. Below each layer: the size of what comes out of it for one "
            "{noun}, and how many weights and biases it has. Coloured frames mark layers that learn. "
            "Press a name to read the layer's code.",
            trained=trained,
            noun=_(data.noun),
        )

    def __panel__(self) -> Any:
        return self._layout


def _entry(layer: Layer) -> dict[str, Any]:
    return {
        "kind": layer.kind,
        "readable": True,
        "options": layer.options,
        "shape": list(layer.shape),
        "size": times(layer.shape),
        "parameters": _("{parameters:,} trained", parameters=layer.parameters) if layer.parameters else "",
        "formula": f"{layer.formula} = {layer.parameters:,}" if layer.formula else "",
    }
