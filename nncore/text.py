"""Words that can be said in another language: an English text that remembers what it was made of."""

from __future__ import annotations

from typing import Any


class Text(str):
    """`template` with its `{placeholders}` filled in: a plain English string to all who ask no further.

    Attributes
    ----------
    template : str      the English sentence, in which values stand as `{name}`, formatted as by `str.format`
    values : dict       what stands in their places; a value may be a `Text` again

    An exception that was raised with one gives it back: `str(error)` is the `Text` itself.

    >>> from nncore.text import Text
    >>> words = Text("{setting}: got {got!r}, expected {expected}", setting="lr", got=-1, expected="a rate")
    >>> words
    'lr: got -1, expected a rate'
    >>> str(ValueError(words)).template
    '{setting}: got {got!r}, expected {expected}'
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Text:
        text = super().__new__(cls, template.format(**values))
        text.template, text.values = template, values
        return text

    def __str__(self) -> str:
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.template,), self.values  # else copying would fill in what is filled in already
