"""The network itself, alive: what its units look for, what the drawing sets off in them, the answer."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from nncore.custom import build_model
from nncore.ops import Array
from web.components.network import Network
from web.insight.network_picture import NetworkPicture, Shown
from web.insight.pictures import ink, rectangle
from web.insight.regions import place_picture, reach_of
from web.insight.units import is_conv
from web.session import Session
from web.session.pad import Answerer
from web.views.paced import PacedView
from web.views.unit import UnitView
from web.words import _

SAMPLE = 64  # test images by which units of later layers are shown
NO_UNITS = _(
    "No layer of this network multiplies its inputs by a matrix of weights, or is a convolution with the "
    "attributes of nncore's: there are no units to draw it by."
)
LATER = 5.0  # seconds between two pictures of these while training: they take long
NAMES: dict[Answerer, str] = {"yours": _("your network"), "ready-made": _("the ready-made network")}


class PictureView(PacedView):
    """The network, redrawn with every step that is published; a press on a unit looks at it closely."""

    topics = ("weights", "prediction", "drawing", "model", "state", "replay")
    interval = 0.1

    def __init__(self, session: Session, unit: UnitView) -> None:
        """`unit` shows the unit that is pressed."""
        super().__init__(session)
        self._picture: NetworkPicture | None = None
        self._run: object = None  # the experiment of which `_picture` is
        self._painted = 0  # version of the weights that the tiles show
        self._later_at = 0.0
        self._network = Network(sizing_mode="stretch_width")
        self._network.on_pick(self._pick)
        self._network.param.watch(lambda event: self._paced.ask(), "in_sight")
        self._unit = unit
        unit.on_close(self._close)

    def save(self) -> None:
        """Hand the visitor the picture as it is now."""
        self._network.saved += 1

    def hide(self) -> None:
        super().hide()
        self._close()

    def refresh(self) -> None:
        replay = self.session.replay
        if replay.changes and not self._network.in_sight:
            return
        picture = self._present()
        step = replay.step
        # The past is shown by the units of the present, and stays where it is.
        ranked = replay.moment is None and picture.rank(step)
        changes: dict[str, Any] = {}
        if ranked or not picture.shown:
            changes["plan"] = self._plan(picture)
        if ranked or self._painted != replay.version:
            self._painted = replay.version
            changes["pictures"] = {"stages": picture.learnt(step, later=self._is_time_for_later())}
            changes["caption"] = self._caption(picture, step)
        changes["signal"] = self._signal(picture)
        if not replay.changes:
            changes["words"] = self._words(picture)
        self._network.param.update(**changes)

    def _present(self) -> NetworkPicture:
        """The picture of the present network, begun anew for another one."""
        training = self.session.training
        if self._picture is None or self._run is not training.experiment:
            recipe, data, program = training.recipe, training.train_data, training.experiment.program
            sample = training.test_data if len(training.test_data) else data
            self._picture = NetworkPicture(
                training.model,
                lambda: build_model(recipe, program, data.sample_shape, data.num_classes),
                sample.inputs(slice(0, SAMPLE)),
            )
            self._run, self._painted = training.experiment, 0
            self._close()
        self._picture.model = self.session.replay.model
        return self._picture

    def _is_time_for_later(self) -> bool:
        now = asyncio.get_running_loop().time()
        if self.session.replay.changes and now - self._later_at < LATER:
            return False
        self._later_at = now
        return True

    def _plan(self, picture: NetworkPicture) -> dict[str, Any]:
        data = self.session.training.train_data
        inputs = math.prod(data.sample_shape)
        return {
            "input": (_("{n:,} pixels") if data.has_images else _("{n:,} features")).format(n=inputs),
            "classes": list(data.class_names),
            "stages": [
                {
                    "name": self._size(shown),
                    "noun": _("Map") if self._is_map(shown) else _("Unit"),
                    "units": shown.units.tolist(),
                    "order": shown.order.tolist(),
                }
                for shown in picture.shown
            ],
        }

    def _signal(self, picture: NetworkPicture) -> dict[str, Any]:
        seen = self._input()
        answers = self._answers().values()
        told: dict[str, Any] = {
            "answers": [[] if answer is None else answer.round(4).tolist() for answer in answers]
        }
        if seen is None:
            return told
        signal = picture.signal(seen)
        return told | {
            "input": ink(self._as_picture(seen), 1),
            "activity": [activity.round(3).tolist() for activity in signal.activity],
            "maps": signal.maps,
            "links": [links.round(3).tolist() for links in signal.links],
        }

    def _input(self) -> Array | None:
        """The drawing, or the place in the plane; of other data the first sample of the test set."""
        data = self.session.training.test_data
        if self.session.training.train_data.is_planar:
            return self.session.spot.place
        if self.session.training.train_data.has_images:
            drawing = self.session.drawing
            return None if drawing is None else drawing.image[None]
        return data.inputs(slice(0, 1))[0] if len(data) else None

    def _answers(self) -> dict[Answerer, Array | None]:
        """What each network says of it."""
        if self.session.training.train_data.is_planar:
            return {"yours": self.session.spot.answer, "ready-made": None}
        return {answerer: self.session.pad.answer(answerer) for answerer in NAMES}

    def _as_picture(self, seen: Array) -> Array:
        if seen.ndim == 3:
            return seen.reshape(seen.shape[-2:])
        data = self.session.training.train_data
        return place_picture(seen, reach_of(data.samples)) if data.is_planar else rectangle(seen)

    def _caption(self, picture: NetworkPicture, step: int) -> str:
        if not picture.shown:
            return NO_UNITS
        first = picture.shown[0]
        kernels = is_conv(self.session.replay.model[first.stage.index])
        if not self.session.training.train_data.has_images:
            tiles = _("Tiles: what each unit puts out, wherever the inputs lie.")
        elif kernels:
            tiles = _("Tiles: what each map finds in the drawing, its kernel in the corner.")
        elif not step:
            tiles = _("Tiles: each unit's weights, noise until it learns.")
        elif len(first.units) < first.stage.units:
            tiles = _("Tiles: what the units that changed most have learnt.")
        else:
            tiles = _("Tiles: what each unit has learnt.")
        text = _("{tiles} Frames: how strongly it fires. Lines: what it adds to an answer.", tiles=tiles)
        return text + self._left_out(picture)

    def _left_out(self, picture: NetworkPicture) -> str:
        """What the picture does not show; a sentence, or nothing."""
        n = picture.left_out
        return _(" Layers behind the first that are not drawn: {n}.", n=n) if n else ""

    def _words(self, picture: NetworkPicture) -> str:
        """The picture for those who do not see it."""
        layers = _(", then ").join(self._size(shown) for shown in picture.shown)
        classes = self.session.training.train_data.class_names
        if layers:
            text = _(
                "From the picture through {layers} to {count} answers.", layers=layers, count=len(classes)
            ) + self._left_out(picture)
        else:
            text = _("From the picture to {count} answers.", count=len(classes))
        for answerer, answer in self._answers().items():
            if answer is not None:
                name = NAMES[answerer]
                best = int(answer.argmax())
                said = classes[best] if len(answer) == len(classes) else str(best)
                sure = answer.max()
                text += _(
                    " {name} says {said}, {sure:.0%} sure.", name=name.capitalize(), said=said, sure=sure
                )
        return text

    def _is_map(self, shown: Shown) -> bool:
        return is_conv(self.session.replay.model[shown.stage.index])

    def _size(self, shown: Shown) -> str:
        return (_("{n:,} maps") if self._is_map(shown) else _("{n:,} units")).format(n=shown.stage.units)

    def _pick(self, stage: int, unit: int) -> None:
        pressed = [stage, unit]
        shown = self._present().shown  # what was pressed may be a unit of a network that is no more
        if self._network.pressed == pressed or stage >= len(shown) or unit >= shown[stage].stage.units:
            self._close()
            return
        self._network.pressed = pressed
        self._unit.look_at(shown[stage].stage, unit)

    def _close(self) -> None:
        self._network.pressed = []
        self._unit.close()

    def __panel__(self) -> Any:
        return self._network
