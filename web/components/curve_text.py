"""What stands below curves for those who do not see them."""

from __future__ import annotations

import param
from panel.custom import JSComponent

from web.components.script import script


class CurveText(JSComponent):
    """A sentence that is read out when it settles, a table on demand, and a tone for those who want it."""

    text = param.String(doc="the curves in a sentence")
    columns = param.List(default=[], doc="heads of the table's columns")
    rows = param.List(default=[], doc="a list of texts for each row; filled while the table is unfolded")
    unfolded = param.Boolean(default=False, doc="from the page: whether the table is on view")
    audible = param.Boolean(default=False, doc="from the page: whether the tone is wanted")
    octaves = param.Number(default=0.0, doc="how far the tone stands above where the curve began")
    sounding = param.Boolean(default=False, doc="whether there is something to follow now")

    _esm = script(__name__)
