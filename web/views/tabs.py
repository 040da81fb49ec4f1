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
from web.words import _

TABS: dict[str, MakeView] = {
    _("Mistakes"): MistakesView,
    _("What it learnt"): lambda session: Stack(session, WeightsView, ResponseView, EvidenceView),
    _("The network"): lambda session: Stack(session, NetworkView, NeuronView, GradientsView),
    _("Code"): CodeView,
    _("Your hand"): HandView,
    _("What fools it"): FoolingView,
    _("Regions"): RegionsView,
    _("Data"): DataView,
}
