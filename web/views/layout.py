"""How a view's parts stand together."""

from __future__ import annotations

from typing import Any

import panel as pn


def column(*parts: Any, gap: int = 2, **options: Any) -> pn.Column:
    """Parts below each other, as wide as there is room, `gap` steps of the theme's spacing apart."""
    style = {"styles": {"gap": f"var(--space-{gap})"}, "sizing_mode": "stretch_width"}
    return pn.Column(*parts, **style | options)


def wrapping(*parts: Any, **options: Any) -> pn.FlexBox:
    """Parts side by side as long as there is room, then below each other."""
    return pn.FlexBox(*parts, gap="var(--space-4) var(--space-5)", sizing_mode="stretch_width", **options)
