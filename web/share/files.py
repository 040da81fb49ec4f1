"""Files that leave the page and files that come to it."""

from __future__ import annotations

import io
import zipfile

from nncore import checkpoint
from nncore.errors import CheckpointError, DataError, LabelError, RecipeError
from web.browser import bridge
from web.session import Session
from web.session.data import own_data
from web.session.runs import Run, runs_csv
from web.session.snapshot import model_file
from web.share.script import to_script
from web.words import _


class Files:
    """Saves and opens models, curves, scripts and data."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save_model(self) -> None:
        """The present network, and its run, for `python -m nncore`."""
        bridge.download("nncore-model.npz", model_file(self._session))

    def save_history(self) -> None:
        """The curves of the present run and of the kept ones."""
        session = self._session
        present = session.training
        runs = [run for run in session.runs if run.history is not present.history]
        runs.append(
            Run(0, _("present run"), present.recipe, present.history, present.status.seconds, present.state)
        )
        bridge.download("nncore-curves.csv", runs_csv(runs).encode(), "text/csv")

    def save_script(self) -> None:
        """The present run as a script, with code of the visitor's own if it is made with that."""
        present = self._session.training
        bridge.download(
            "nncore_run.py",
            to_script(present.recipe, present.experiment.program.text).encode(),
            "text/x-python",
        )

    def take(self, files: dict[str, bytes]) -> None:
        """Open what the visitor chose or dropped: a model, or data; a notice says what was wrong with it."""
        try:
            if len(files) == 1 and is_model(next(iter(files.values()))):
                saved = checkpoint.load(next(iter(files.values())))
                self._session.open(saved)
                if saved.code:
                    bridge.notify(
                        _(
                            "{files} is made with code of its own: read it in the tab Code.",
                            files=", ".join(files),
                        )
                    )
                if saved.nonfinite:
                    bridge.notify(
                        _(
                            "Opened {files}, but {problem}.",
                            files=", ".join(files),
                            problem=saved.nonfinite_words,
                        ),
                        "error",
                    )
            elif len(files) == 1 and next(iter(files)).endswith(".py"):
                self._session.code.bring(next(iter(files.values())).decode())
            else:
                self._session.use_own_data(own_data(files))
                bridge.notify(_("Opened {files}.", files=", ".join(files)))
        except UnicodeDecodeError:
            bridge.notify(
                _("{files}: got no text, expected Python code in UTF-8", files=", ".join(files)), "error"
            )
        except (CheckpointError, DataError, LabelError, RecipeError) as error:
            bridge.notify(_(str(error)), "error")


def is_model(content: bytes) -> bool:
    """Whether a file is an .npz with the mark of a checkpoint."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "format.npy" in archive.namelist()
    except zipfile.BadZipFile:
        return False
