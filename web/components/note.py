"""Words on the page."""

from __future__ import annotations

import param
from panel.custom import JSComponent

from web.components.script import script


class Note(JSComponent):
    """Plain text in the page's type."""

    title = param.String(doc="a heading above the text")
    text = param.String(doc="an empty line begins the next paragraph; `code` is marked")
    label = param.String(doc="if given, the name of a status region: what is new in it is read aloud")
    tone = param.String(doc="'good', 'bad', 'warn', or empty")
    quiet = param.Boolean(default=False, doc="small and muted")

    _esm = script(__name__)
