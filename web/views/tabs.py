"""What the card "Look inside" holds."""

from __future__ import annotations

from web.views.code import CodeView
from web.views.data import DataView
from web.views.evidence import EvidenceView
from web.views.fooling import FoolingView
from web.views.gradients import GradientsView
from web.views.hand import HandView
from web.views.mistakes import MistakesView
from web.views.network import NetworkView
from web.views.neuron import NeuronView
from web.views.regions import RegionsView
from web.views.response import ResponseView
from web.views.stack import Stack
from web.views.view import MakeView
from web.views.weights import WeightsView

TABS: dict[str, MakeView] = {
    "Mistakes": MistakesView,
    "What it learnt": lambda session: Stack(session, WeightsView, ResponseView, EvidenceView),
    "The network": lambda session: Stack(session, NetworkView, NeuronView, GradientsView),
    "Code": CodeView,
    "Your hand": HandView,
    "What fools it": FoolingView,
    "Regions": RegionsView,
    "Data": DataView,
}
