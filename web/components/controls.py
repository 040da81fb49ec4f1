"""The buttons that drive training, and the lines that say how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import param
from panel.custom import JSComponent

from web.components.script import script

Command = Literal["train", "pause", "step", "step_epoch", "reset", "go_on_slower", "speed", "try", "guess"]


class Controls(JSComponent):
    """Five buttons, the speed, the status region "Training progress", and at the end what came of the run."""

    state = param.String(default="idle", doc="of the session: decides which buttons can be pressed")
    # One value, not three: every change of a property is a message of its own, some milliseconds each.
    progress = param.Dict(
        default={"parts": [], "fraction": 0, "testing": False},
        doc="pairs of a name and a figure; share of the epoch; whether the test data are being seen",
    )
    idle = param.String(doc="said in place of the figures before the first step")
    outcome = param.Dict(default={}, doc="at the end: text, and offers as pairs of words and what they do")
    guess = param.Dict(default={}, doc="where a lesson asks for it: whether it is open, and what was said")
    error = param.String(doc="what went wrong and what to do")
    offer = param.String(doc='words of the button beside the error that says "go_on_slower"; "" for none')
    advice = param.String(doc="what is the matter with a run that learns nothing, and what to try")
    backend = param.String(doc="what computes; told under the pointer")
    speeds = param.List(default=[], doc="name, words and explanation of each")
    speed = param.String(doc="the one in use")

    _esm = script(__name__)

    def __init__(self, on_command: Callable[[Command, Any], None], **params: Any) -> None:
        """`on_command` is called with a command and its value: the speed's name, or the offer's words."""
        super().__init__(**params)
        self.on_msg(lambda event: on_command(event.data["command"], event.data["value"]))
