"""Sharing: a link to this experiment, with what distracts left out."""

from __future__ import annotations

from typing import Any

from nncore.recipe import SETTINGS
from web.components.share import Share
from web.session import Session
from web.share.link import Link, write_link
from web.share.qr import qr_code
from web.views.view import View

CARDS = {
    "bar": "Files and Share",
    "pad": "The pad",
    "picture": "The network",
    "answer": "The answer",
    "train": "Training",
    "settings": "Settings",
    "curves": "Curves",
    "runs": "Runs",
    "explore": "Look inside",
}
FRAME = 640  # pixels high


class ShareView(View):
    """The panel behind "Share"; it makes its link when it is opened and with every choice."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        groups = dict.fromkeys(setting.group for setting in SETTINGS.values())
        parts = [[name, words] for name, words in CARDS.items()]
        parts += [[group.lower(), f"Settings: {group}"] for group in groups]
        self._share = Share(self._make, parts=parts, sizing_mode="stretch_width")

    def open(self) -> None:
        """Show the panel."""
        self._share.open()

    def refresh(self) -> None:
        """It is made anew whenever it is opened."""

    def _make(self, page: str, hide: list[str], embed: bool) -> None:
        session = self.session
        link = Link(
            session.recipe,
            tuple(hide),
            code=session.code.used,
            speed=session.training.speed,
            embed=embed,
        )
        address = f"{page}#{write_link(link)}"
        made: dict[str, Any] = {"hide": hide, "embed": embed, "link": address, "snippet": snippet(address)}
        if (code := qr_code(address)) is not None:
            made["qr"] = code
        self._share.made = made

    def __panel__(self) -> Share:
        return self._share


def snippet(address: str) -> str:
    """HTML that shows the page at `address` in a frame of another page, contained but for what it needs."""
    source = address.replace("&", "&amp;").replace('"', "&quot;")
    return (
        f'<iframe src="{source}" title="nncore lab" width="100%" height="{FRAME}" style="border: 0" '
        'sandbox="allow-scripts allow-same-origin allow-downloads" allow="clipboard-write"></iframe>'
    )
