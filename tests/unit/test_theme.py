"""The theme's colours can be told apart, by the contrasts that WCAG 2.2 asks for (1.4.3, 1.4.11)."""

from __future__ import annotations

import re

import pytest

from web.site.paths import SITE

CSS = (SITE / "theme.css").read_text("utf-8")
GROUNDS = ("bg", "surface", "surface-2")
READ = ("text", "muted", "good", "bad", "warn", "accent")  # 4.5:1
SEEN = ("edge",)  # of controls and focus, 3:1


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme by name; dark says only what differs from light."""
    blocks = re.findall(r"([^{}]*)\{([^{}]*)\}", CSS)
    found: dict[str, str] = {}
    for selector, block in blocks:
        if ":root" in selector and ("dark" not in selector or theme == "dark"):
            found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))
    return found


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_as_wcag_counts_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("names", "least"), [(READ, 4.5), (SEEN, 3.0)])
def test_colours_stand_out_from_every_ground(theme: str, names: tuple[str, ...], least: float) -> None:
    colours = tokens(theme)
    for name in names:
        for ground in GROUNDS:
            got = contrast(colours[name], colours[ground])
            assert got >= least, f"--{name} on --{ground} in {theme}: {got:.2f}, expected {least}"
