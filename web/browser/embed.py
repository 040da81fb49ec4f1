"""Tells a page that holds this one in a frame how training goes."""

from __future__ import annotations

from web.browser import bridge
from web.session import Session

SOURCE = "nncore-lab"  # by which the other page recognises the messages


class Embedded:
    """Posts messages to the parent page (the page itself says "ready"); see `web/lessons/teachers.md`."""

    def __init__(self, session: Session) -> None:
        self._session, self._told = session, session.training.state
        session.subscribe("state", self._tell_state)
        session.subscribe("epoch", self._tell_epoch)

    def _tell_state(self) -> None:
        state = self._session.training.state
        if state == self._told:
            return  # what else changed is this page's own affair
        self._told = state
        self._tell("finished" if state == "finished" else "state", state=state)

    def _tell_epoch(self) -> None:
        self._tell("epoch")

    def _tell(self, type: str, **content: object) -> None:
        status = self._session.training.status
        figures = {
            "epoch": status.epoch,
            "epochs": status.epochs,
            "trainAccuracy": status.accuracy,
            "testAccuracy": status.test_accuracy,
            "testLoss": status.test_loss,
        }
        bridge.tell_parent({"source": SOURCE, "version": 1, "type": type} | figures | content)
