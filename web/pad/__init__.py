"""The sketch pad and what belongs to it: steps of preprocessing, the networks' answers."""

from web.pad.pad import SketchPad
from web.pad.prediction import PredictionBars
from web.pad.steps import StepPictures
from web.pad.verdict import Certainty, Verdict, judge
from web.pad.wire import Drawing

__all__ = ["Certainty", "Drawing", "PredictionBars", "SketchPad", "StepPictures", "Verdict", "judge"]
