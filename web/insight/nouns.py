"""What the samples of a data set are called in sentences."""

from __future__ import annotations

from nncore.data import Dataset
from web.words import _


def a(noun: str) -> str:
    """'a digit', 'an image'."""
    article = _("an {noun}") if noun[0] in "aeiou" else _("a {noun}")
    return article.format(noun=_(noun))


def drawn(data: Dataset) -> str:
    """What one draws on the pad: what the data show; or a digit, for the ready-made network."""
    return data.noun if data.has_images else "digit"


def class_name(data: Dataset, label: int) -> str:
    """The name of a class; its number if the data have no such class."""
    return data.class_names[label] if label < data.num_classes else str(label)
