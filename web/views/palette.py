"""The theme's colours for what is painted on a canvas, where CSS custom properties do not reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    """The tokens of `site/theme.css` that plots use; a test keeps the two in step."""

    surface: str
    text: str
    muted: str
    line: str
    train: str
    test: str


PALETTES: dict[Theme, Palette] = {
    "light": Palette("#ffffff", "#1a2230", "#566072", "#d7dde6", "#2563c9", "#ad4b0c"),
    "dark": Palette("#1a202a", "#e7ebf1", "#a0abbc", "#323c4b", "#7fabff", "#ffab69"),
}

# For kept runs: apart from each other for every kind of colour vision (after Okabe and Ito), and of middle
# lightness, so that they stand out on paper and on slate. Dashes tell them apart in grey.
RUN_COLOURS = ("#0f9d77", "#c0679c", "#b98600", "#3f9fd6", "#d0593a", "#8a75d1", "#8a8a2a", "#a8577e")
RUN_DASHES: tuple[tuple[int, ...], ...] = ((), (6, 3), (2, 2), (8, 3, 2, 3))


def run_colour(run_id: int) -> str:
    """The colour of a kept run, here and in the table."""
    return RUN_COLOURS[(run_id - 1) % len(RUN_COLOURS)]


def run_dash(run_id: int) -> list[int]:
    """The dash pattern of a kept run: another one once the colours have been used up, and in between."""
    return list(RUN_DASHES[(run_id - 1) % len(RUN_DASHES)])


def line_style(run_id: int | None) -> dict[str, str]:
    """How the plots draw a kept run's curves, for the page's own drawing; None: those of the present run."""
    if run_id is None:
        return {"colour": "var(--train)", "dash": ""}
    return {"colour": run_colour(run_id), "dash": " ".join(map(str, run_dash(run_id)))}
