"""Keeps the session in the browser's storage, so that a reload goes on where it was."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np

from nncore.data import load_npz
from nncore.errors import CheckpointError, DataError, LabelError
from web.browser import bridge, replay_files
from web.browser.ration import Ration
from web.browser.saver import Saver
from web.browser.shared_runs import SharedRuns
from web.session import Session, snapshot
from web.session.data import Pair
from web.session.hub import Topic
from web.words import _

# Tabs keep sessions of their own, see `of_this_tab`, and share the runs.
FILE = bridge.SAVED / "session.npz"
DATA = bridge.SAVED / "data.npz"  # the visitor's own; apart, for it is large and seldom changes
RECALL = "replay"  # the job
RUNS = "runs.npz"  # beside these

#: What changes something that is kept. While the network trains "weights" comes twice a second.
TOPICS: tuple[Topic, ...] = ("state", "model", "weights", "settings", "runs", "hand", "drawing")
IN_MID_RUN = 3.0  # seconds at least between two savings
SHARE = 0.02  # of the time of a run that saving it may take

_unreadable: list[Path] = []  # what is to be put aside

NOTHING_KEPT = _(
    "This browser keeps nothing for this page (a private window, or no room left): a reload will begin anew. "
    "Files > Save keeps the network in a file."
)


class Keeper:
    """Saves soon after anything changed, and now and then while the network trains."""

    def __init__(self, session: Session, *, tells: bool = True) -> None:
        """It `tells` where the browser keeps nothing."""
        self._session = session
        self._saver = Saver(self._save, self._due)
        self.store = self._saver.store
        self._ration = Ration(IN_MID_RUN, SHARE)
        self._was_running = False
        self._saved_data = session.library.get("own")
        self._shared = SharedRuns(session.runs, FILE.with_name(RUNS))
        self._shared.merge()  # what other tabs kept meanwhile, or while this one was closed
        self._told = not tells
        for topic in TOPICS:
            session.subscribe(topic, self._saver.soon)
        session.subscribe("model", self._recall)
        self._recall()
        bridge.on("leaving", self._leave)

    @property
    def at_rest(self) -> bool:
        """Whether all that changed has been stored."""
        return self._saver.at_rest

    def _recall(self) -> None:
        """Take back what was kept of the present run's moments; the page does not wait for that."""
        training = self._session.training
        work = replay_files.load(_moments(), training.experiment.recorder.key)
        self._session.jobs.start(RECALL, work, training.recall)

    def _leave(self, why: str) -> None:
        """The page is about to be loaded again: store first what there is."""
        self._leaving = asyncio.get_running_loop().create_task(self._store_and_leave())

    async def _store_and_leave(self) -> None:
        await self.store()
        bridge.leave()

    def _due(self, quiet: bool) -> bool:
        """After a moment without a change; in mid-run, where there is none, when it is time."""
        if self._session.returning:
            return False  # what is kept is not here yet
        running, now = self._session.training.state == "running", time.monotonic()
        if running and not self._was_running:
            self._ration.begin(now)
        self._was_running = running
        return self._ration.due(now) if running else quiet

    async def _save(self) -> None:
        if self._session.returning:  # also when the page is left, which does not ask whether it is due
            return
        training, data = self._session.training, self._session.library.get("own")
        start, trained = time.monotonic(), training.loop_seconds
        in_its_way = training.state == "running" and not training.held_back
        async with bridge.alone():
            self._shared.merge()
            self._saver.changed = False  # what merging told of is written now
            self._write(data)
            kept = await bridge.persist()
            if kept:
                self._shared.stored()
                self._saved_data = data
                _unreadable.clear()
        now = time.monotonic()
        if in_its_way:
            self._ration.done(now, now - start - (training.loop_seconds - trained))
        else:
            self._ration.begin(now)  # nothing had to wait
        if not kept and not self._told:
            self._told = True
            bridge.notify(NOTHING_KEPT, "error")

    def _write(self, data: Pair | None) -> None:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        for path in _unreadable:
            _set_aside(path)
        if data is not None and data is not self._saved_data:
            train, test = data
            np.savez(
                of_this_tab(DATA),
                x_train=train.samples,
                y_train=train.labels,
                x_test=test.samples,
                y_test=test.labels,
                class_names=np.array(train.class_names),
            )
        of_this_tab(FILE).write_bytes(snapshot.save(self._session))
        if not self._session.jobs.running(RECALL):  # else what is kept is not here yet
            training = self._session.training
            replay_files.store(training.experiment.recorder, _moments(), whole=training.state != "running")


def saved_session() -> snapshot.Snapshot | None:
    """What was saved in an earlier visit; None if there is nothing that can be used.

    What cannot be read is told and put aside, so that the new session does not take its place.
    """
    file = of_this_tab(FILE)
    try:
        return snapshot.load(file.read_bytes())
    except OSError:
        return None
    except CheckpointError as error:
        _put_aside(file, _(str(error)))
        return None


def saved_data() -> Pair | None:
    """The visitor's own data, kept in an earlier visit; None if there are none that can be used."""
    file = of_this_tab(DATA)
    try:
        return load_npz(file.read_bytes())
    except OSError:
        return None
    except (DataError, LabelError) as error:
        _put_aside(file, _(str(error)))
        return None


def of_this_tab(path: Path) -> Path:
    """Where this tab keeps what the first one keeps at `path`."""
    place = bridge.place()
    return path.with_stem(f"{path.stem}-{place}") if place else path


def _set_aside(path: Path) -> None:
    if path.exists():
        path.replace(path.with_name(f"unreadable {path.name}"))


def _moments() -> Path:
    """The folder of the present run's replay, beside the session."""
    return of_this_tab(FILE).with_suffix(".replay")


def _put_aside(path: Path, reason: str) -> None:
    _set_aside(path)
    _unreadable.append(path)  # to be done again with the next saving, which alone makes it last
    bridge.notify(
        _(
            "What this browser kept from your last visit could not be read ({reason}), so the "
            "page begins anew. The runs kept for comparison lie elsewhere.",
            reason=reason,
        ),
        "error",
    )
