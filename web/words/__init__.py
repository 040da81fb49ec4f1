"""The door that every word for a visitor goes through, by the names of the standard library's gettext.

    _("Draw a digit")
    _("{name} is loaded", name=file.name)
    ngettext("{n} drawing", "{n} drawings", count)
    pgettext("race", "against")    # where one English word has two meanings: which one

A sentence goes through whole, with named placeholders as of `str.format`: other languages put them elsewhere.
The page chooses the language (`web/site/language.js`), and the worker tells it here before anything else of
`web` is imported, so that words may stand at the top of a module. The scripts have the same door in
`web/page/words.js`. How catalogues are made: `web/site/words.py`.
"""

from __future__ import annotations

import gettext as catalogues
import io
from typing import Any

from nncore.text import Text

_catalogue: catalogues.NullTranslations = catalogues.NullTranslations()  # English, as it stands in the code
_language = "en"


def use(language: str, catalogue: bytes) -> None:
    """Say everything in `language` (a tag as in `<html lang>`) from now on; `catalogue` is a .mo file."""
    global _catalogue, _language
    _catalogue, _language = catalogues.GNUTranslations(io.BytesIO(catalogue)), language


def language() -> str:
    """The tag of the language that is spoken: "en", "zh-CN"."""
    return _language


def _(message: str | None, /, **values: Any) -> str:
    """`message` in the visitor's language, with its placeholders filled in.

    It may be a `Text` of nncore's, which brings its own values, or any other English words: what the
    catalogue does not know stays as it is; "" for none. Of an exception among the values its words are said.
    """
    if isinstance(message, Text):
        template, values = message.template, message.values
        return _(template, **values)
    if not message:
        return ""  # to gettext the name of the catalogue's head
    said = _catalogue.gettext(message)
    return said.format(**_said(values)) if values else said


def pgettext(context: str, message: str, /, **values: Any) -> str:
    """As `_`, of a message that means something else elsewhere: `context` tells which meaning."""
    said = _catalogue.pgettext(context, message)
    return said.format(**_said(values)) if values else said


def ngettext(one: str, many: str, n: float, /, **values: Any) -> str:
    """`one` or `many` in the visitor's language, as the number `n` asks for, which also fills `{n}`."""
    whole = int(n) if n == int(n) else 2  # half a drawing is neither one nor none: the form of many
    return _catalogue.ngettext(one, many, whole).format(n=n, **_said(values))


def _said(values: dict[str, Any]) -> dict[str, Any]:
    words = {name: str(value) for name, value in values.items() if isinstance(value, Text | BaseException)}
    return values | {name: _(text) for name, text in words.items()}
