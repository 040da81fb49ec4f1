"""The picture of a network: its most telling units, what they have learnt, what they make of one input."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nncore.evaluate import activations
from nncore.module import Sequential
from nncore.ops import Array
from web.insight.pictures import Pixels, diverging, rectangle, spread
from web.insight.ranking import Ranking
from web.insight.regions import grid, reach_of
from web.insight.stages import Stage, Units, contributions, fitting, stages, strengths, values
from web.insight.units import has_units, is_conv, is_linear, weight

UNITS = (48, 24, 18, 14)  # units shown of each hidden layer, if there are one, two, three, four of them
SIDE = 32  # places along each axis of a region
LINKS = 36  # contributions drawn between two layers
MOST = 0.995  # share of the values within the scale: the few largest would leave the others no contrast


class Shown(NamedTuple):
    """The units of one hidden layer that are in the picture.

    Attributes
    ----------
    stage : the layer; without a hidden layer, that of the classes.
    units : their indices, best first.
    order : (count,) int, where each of `units` comes from top to bottom: units that lead to the same
        class, or the same unit of the next layer, stand together.
    """

    stage: Stage
    units: Units
    order: Units


class Signal(NamedTuple):
    """What one input sets off.

    Attributes
    ----------
    activity : per hidden layer (count,), outputs of the units shown as shares of the layer's largest size.
    maps : per hidden layer the feature maps (count, h, w) as pictures; None of units.
    links : per pair of neighbouring layers, the strongest contributions as rows (source, target, share),
        source and target as places in `units` (of the last layer: classes), share of the largest size.
    """

    activity: list[Array]
    maps: list[Pixels | None]
    links: list[Array]


class NetworkPicture:
    """Follows one network through its run.

    Parameters
    ----------
    model : the network; another state of it may take its place later.
    initial : makes the same network with the weights it began with; called once, when first needed.
    sample : inputs (n, 1, h, w), or vectors (n, d), by which the units of later layers are shown.

    Attributes
    ----------
    model : the network as it is shown.
    shown : what of it is in the picture, by hidden layer; nothing of a network that has no layer
        with units (web.insight.units).
    left_out : how many layers behind the first one do not fit.
    """

    def __init__(self, model: Sequential, initial: Callable[[], Sequential], sample: Array) -> None:
        self.model = model
        self._make_initial = initial
        self._initial: Sequential | None = None
        self._sample = sample
        images = sample.ndim == 4
        self._shape = sample.shape[2:] if images else rectangle(sample[0]).shape
        self._planar = sample.shape[1:] == (2,)
        every = stages(model, activations(model, sample[:1]))
        found = fitting(every)
        self.left_out = len(every) - len(found)
        self._stages = found[:-1] or found
        self._next = [*self._stages[1:], found[-1]] if len(found) > 1 else found
        count = UNITS[min(len(self._stages), len(UNITS)) - 1]
        self._rankings = [Ranking(min(count, stage.units)) for stage in self._stages]
        self._excited: dict[int, Array] = {}  # by place of the layer
        self.shown: list[Shown] = []

    def rank(self, step: int) -> bool:
        """After `step` training steps, choose the units to show if it is time; say whether it was."""
        if not self._rankings or not self._rankings[0].due(step):
            return False
        for ranking, stage in zip(self._rankings, self._stages, strict=True):
            ranking.rank(self._change(stage) if step else np.zeros(stage.units), step)
        self.shown = []
        self._excited.clear()
        # From the last layer to the first: each is ordered by the one behind it.
        below: Units = np.arange(self._next[-1].units)
        for ranking, stage, target in reversed(
            list(zip(self._rankings, self._stages, self._next, strict=True))
        ):
            keys = ranking.units if stage is target else self._leads_to(stage, target, ranking.units, below)
            order = np.lexsort((ranking.units, keys)).argsort()
            self.shown.insert(0, Shown(stage, ranking.units, order))
            below = ranking.units[np.argsort(order)]
        return True

    def learnt(self, step: int, *, later: bool = True) -> list[Pixels]:
        """What the units shown look for, per hidden layer, (count, h, w).

        Of a first Linear the change of each unit's weights since the start (before the first step, the
        weights); of a Conv2d its kernels, of several that with the largest weights; of a later Linear the
        mean of the sample, each input weighted by how far the unit exceeds its own mean (reverse
        correlation, as in the physiology of vision). The last takes long; without `later` it stays as it was.
        Of points of the plane every unit shows its region: its output at each place.
        """
        if self._planar:
            return self._regions()
        if later:
            self._excited.clear()
        outputs: list[Array] = []
        pictures = []
        for place, (stage, units, _) in enumerate(self.shown):
            layer = self.model[stage.index]
            if is_conv(layer):
                found = _kernels(weight(layer)[..., units])
            elif self._by_sample(stage):
                if place not in self._excited:
                    outputs = outputs or activations(self.model, self._sample)
                    self._excited[place] = self._excited_by(outputs[stage.output][:, units])
                found = self._excited[place]
            else:
                found = self._weights(stage, units, step)
            pictures.append(diverging(found, spread(found, MOST)))
        return pictures

    def signal(self, x: Array) -> Signal:
        """What the input `x`, (1, h, w) or (d,), sets off."""
        outputs = activations(self.model, x[None])
        activity, maps, links = [], [], []
        for place, (stage, units, _) in enumerate(self.shown):
            found = np.nan_to_num(values(outputs, stage))
            peaks = found if found.ndim == 1 else found.reshape(len(found), -1).max(axis=1)
            scale = float(np.abs(peaks).max()) or 1.0
            activity.append(peaks[units] / scale)
            maps.append(None if found.ndim == 1 else diverging(found[units], float(np.abs(found).max())))
            target = self._next[place]
            if target is not stage:
                last = place + 1 == len(self.shown)
                ends = np.arange(target.units) if last else self.shown[place + 1].units
                parts = contributions(self.model, outputs, stage, target, units, ends)
                links.append(_strongest(np.nan_to_num(parts)))
        return Signal(activity, maps, links)

    def _before(self) -> Sequential:
        if self._initial is None:
            self._initial = self._make_initial()
        return self._initial

    def _change(self, stage: Stage) -> Array:
        """(units,) norm of the change of each unit's weights since the start."""
        change = _weight(self.model, stage) - _weight(self._before(), stage)
        return np.sqrt(np.square(change).reshape(-1, stage.units).sum(axis=0))

    def _weights(self, stage: Stage, units: Units, step: int) -> Array:
        found = _weight(self.model, stage)[:, units]
        if step:
            found = found - _weight(self._before(), stage)[:, units]
        return found.T.reshape(-1, *self._shape)

    def _by_sample(self, stage: Stage) -> bool:
        return not stage.first and is_linear(self.model[stage.index])

    def _excited_by(self, outputs: Array) -> Array:
        """(units, h, w) from the units' outputs (n, units) for the sample."""
        excess = outputs - outputs.mean(axis=0)
        inputs = self._sample.reshape(len(self._sample), -1)
        found = excess.T @ (inputs - inputs.mean(axis=0))
        sizes = np.abs(excess).sum(axis=0)[:, None]
        return (found / np.where(sizes > 0, sizes, 1)).reshape(-1, *self._shape)

    def _regions(self) -> list[Pixels]:
        outputs = activations(self.model, grid(SIDE, reach_of(self._sample)))
        found = [outputs[stage.output][:, units].T.reshape(-1, SIDE, SIDE) for stage, units, _ in self.shown]
        return [diverging(regions, spread(regions)) for regions in found]

    def _leads_to(self, stage: Stage, target: Stage, units: Units, below: Units) -> Units:
        """Per unit, the place in `below` of the unit of the next layer that it is most strongly tied to."""
        if self._model_between(stage, target):
            return np.arange(len(units))
        return strengths(self.model, stage, target)[np.ix_(units, below)].argmax(axis=1)

    def _model_between(self, stage: Stage, target: Stage) -> bool:
        layers = list(self.model)[stage.index + 1 : target.index]
        return any(has_units(layer) for layer in layers)


def _weight(model: Sequential, stage: Stage) -> Array:
    return weight(model[stage.index])


def _kernels(weights: Array) -> Array:
    """(units, size, size): of each map's kernels the one with the largest weights."""
    strongest = np.square(weights).sum(axis=(0, 1)).argmax(axis=0)
    return weights[:, :, strongest, np.arange(weights.shape[-1])].transpose(2, 0, 1)


def _strongest(parts: Array) -> Array:
    """The `LINKS` largest of (sources, targets), as rows (source, target, share of the largest)."""
    flat = parts.ravel()
    chosen = np.argsort(-np.abs(flat), kind="stable")[:LINKS]
    chosen = chosen[flat[chosen] != 0]
    if not len(chosen):
        return np.zeros((0, 3), np.float32)
    source, target = np.unravel_index(chosen, parts.shape)
    return np.stack([source, target, flat[chosen] / np.abs(flat[chosen[0]])], axis=1).astype(np.float32)
