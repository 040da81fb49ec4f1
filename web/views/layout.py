"""How a view's parts stand together."""

from __future__ import annotations

from typing import Any

import panel as pn


def column(*parts: Any, gap: int = 2, **options: Any) -> pn.Column:
    """Parts below each other, as wide as there is room, `gap` steps of the theme's spacing apart."""
    style = {"styles": {"gap": f"var(--space-{gap})"}, "sizing_mode": "stretch_width"}
    return pn.Column(*parts, **style | options)


def wrapping(*parts: Any, gap: str = "var(--space-4) var(--space-5)", **options: Any) -> pn.Row:
    """Parts side by side as long as there is room, then below each other.

    Not Panel's FlexBox, which builds its place by evaluating a string: the page's policy forbids that.
    """
    style = {"flex-wrap": "wrap", "gap": gap}
    return pn.Row(*parts, styles=style, sizing_mode="stretch_width", **options)


def side_by_side(*parts: Any, least: int, fills: bool = False, **options: Any) -> pn.Row:
    """Parts of equal width, as many in a line as have `least` pixels each; else each as wide as the room.

    With `fills` the first line takes what height is left where the row stands.
    """
    columns = f"repeat(auto-fit, minmax(min(100%, {least}px), 1fr))"
    style = {"display": "grid", "grid-template-columns": columns, "gap": "0 var(--space-4)"}
    if fills:
        style |= {"grid-template-rows": "1fr", "min-height": "min-content"}
    return pn.Row(*parts, styles=style, sizing_mode="stretch_both" if fills else "stretch_width", **options)
