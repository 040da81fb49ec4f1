"""Keeps the session in the browser's storage, so that a reload goes on where it was."""

from __future__ import annotations

import asyncio
import time

import numpy as np

from nncore.data import load_npz
from nncore.errors import CheckpointError, DataError
from web.browser import bridge
from web.session import Session, snapshot
from web.session.data import Pair

FILE = bridge.SAVED / "session.npz"
DATA = bridge.SAVED / "data.npz"  # the visitor's own; apart, for it is large and seldom changes
PAUSE = 15.0  # seconds at least between two savings in mid-run


class Keeper:
    """Saves when training rests, when kept runs or drawings change, and now and then after an epoch."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._changed = False  # since the last saving
        self._saved_at = time.monotonic()
        self._saved_data = session.library.get("own")
        self._task: asyncio.Task[None] | None = None
        session.subscribe("state", self._state_changed)
        session.subscribe("epoch", self._epoch_ended)
        session.subscribe("runs", self._soon)
        session.subscribe("hand", self._soon)

    def _state_changed(self) -> None:
        if self._session.state != "running":
            self._soon()

    def _epoch_ended(self) -> None:
        if time.monotonic() - self._saved_at > PAUSE:
            self._soon()

    def _soon(self) -> None:
        self._changed = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._save())

    async def _save(self) -> None:
        while self._changed:  # also what changes while the browser is storing
            await asyncio.sleep(0.2)  # several changes come together
            self._changed = False
            self._saved_at = time.monotonic()
            FILE.parent.mkdir(parents=True, exist_ok=True)
            self._save_data()
            FILE.write_bytes(snapshot.save(self._session))
            await bridge.persist()

    def _save_data(self) -> None:
        data = self._session.library.get("own")
        if data is not None and data is not self._saved_data:
            train, test = data
            np.savez(DATA, x_train=train.images, y_train=train.labels, x_test=test.images, y_test=test.labels)
            self._saved_data = data


def saved_session() -> snapshot.Snapshot | None:
    """What was saved in an earlier visit; None if there is nothing that can be used."""
    try:
        return snapshot.load(FILE.read_bytes())
    except (OSError, CheckpointError):
        return None


def saved_data() -> Pair | None:
    """The visitor's own data, kept in an earlier visit; None if there are none that can be used."""
    try:
        return load_npz(DATA.read_bytes())
    except (OSError, DataError):
        return None
