"""From a drawing to a network's input, made the way the data set's own digits were made.

>>> from nncore.preprocess import prepare
>>> one = {"points": [[0.5, 0.2, 0.5], [0.5, 0.8, 0.5]], "width": 0.06}
>>> prepare([one]).image.shape
(28, 28)
"""

from nncore.preprocess.chain import Drawing, Picture, Prepared, prepare
from nncore.preprocess.formats import DIGITS, FORMATS, MNIST, Format, Steps
from nncore.preprocess.images import ink_from_image
from nncore.preprocess.raster import rasterise
from nncore.preprocess.strokes import Stroke

__all__ = [
    "DIGITS",
    "FORMATS",
    "MNIST",
    "Drawing",
    "Format",
    "Picture",
    "Prepared",
    "Steps",
    "Stroke",
    "ink_from_image",
    "prepare",
    "rasterise",
]
