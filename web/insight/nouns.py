"""What the samples of a data set are called in sentences."""

from __future__ import annotations

from nncore.data import Dataset
from web.words import _

NO_DRAWING = _("These data are points, not pictures: there is no drawing to look at or to change.")


def a(noun: str) -> str:
    """'a digit', 'an image'."""
    article = _("an {noun}") if noun[0] in "aeiou" else _("a {noun}")
    return article.format(noun=_(noun))


def drawn(data: Dataset) -> str:
    """What one draws on the pad: what the data show; or a digit, for the ready-made network."""
    return data.noun if data.has_images else "digit"


def draw_first(words: str, data: Dataset) -> str:
    """`words` with what is to be drawn as {noun}; of points, which are not drawn, that they are points."""
    return words.format(noun=a(data.noun)) if data.has_images else NO_DRAWING


def class_name(data: Dataset, label: int) -> str:
    """The name of a class; its number if the data have no such class."""
    return data.class_names[label] if label < data.num_classes else str(label)
