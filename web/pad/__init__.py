"""The sketch pad and what belongs to it: steps of preprocessing, the networks' answers."""

from web.pad.pad import SketchPad
from web.pad.prediction import PredictionBars
from web.pad.steps import StepPictures
from web.pad.verdict import Certainty, Verdict, judge

__all__ = ["Certainty", "PredictionBars", "SketchPad", "StepPictures", "Verdict", "judge"]
