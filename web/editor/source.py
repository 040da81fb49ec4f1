"""The source of a part, to be read."""

from __future__ import annotations

import param
from panel.custom import JSComponent

from web.components.script import script


class SourcePane(JSComponent):
    """Python with colours, in a textbox named "Source of ...", below a link to the reference."""

    part = param.String(doc="its name")
    text = param.String(doc="its source")
    reference = param.String(doc="address of what the reference says of it")

    _esm = script(__name__)
