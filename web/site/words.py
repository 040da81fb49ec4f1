"""The catalogues of the page's words: `build.py words` collects what goes through the door, and checks them.

A language is a folder of `web/words`, named as Babel names it (`zh_CN`), with catalogues in gettext's .po
format, one for each of `DOMAINS`. The build makes of them one .mo for Python and one JSON for the scripts.
"""

from __future__ import annotations

import functools
import gettext
import io
import json
import re
import string
from collections.abc import Callable, Iterator
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from web.site.console import say
from web.site.extract import OWN_NAME, course, lessons, page
from web.site.paths import ROOT

WORDS = ROOT / "web" / "words"
DOMAINS = {"page": page, "course": course, "lessons": lessons}  # a catalogue's name to what finds its words
SCRIPTS = (".js", ".html", "web/site/page.py")  # where the words for the scripts stand


def languages() -> list[str]:
    """The folders of the languages there are beside English."""
    return sorted(path.name for path in WORDS.iterdir() if (path / "page.po").is_file())


def tag(folder: str) -> str:
    """A language's name in HTML and in links: zh-CN."""
    return folder.replace("_", "-")


def read(folder: str, domain: str) -> Catalog:
    """One catalogue of a language; empty where it does not exist yet."""
    path = WORDS / folder / f"{domain}.po"
    if not path.is_file():
        return Catalog(locale=folder, domain=domain, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=folder, domain=domain)


# -- for the site ----------------------------------------------------------------------------------------


def for_python(folder: str) -> bytes:
    """The words of the page and the course as a .mo."""
    dated = read(folder, "page").creation_date  # else it would be now, and every build another one
    whole = Catalog(locale=folder, fuzzy=False, creation_date=dated)
    for domain in ("course", "page"):
        for message in _translated(read(folder, domain)):
            whole.add(message.id, message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def for_scripts(folder: str, values: dict[str, str]) -> bytes:
    """The scripts' words as JSON, English to this language's forms; `values` fill `{{names}}`."""
    found = {
        _key(message): _forms(message)
        for message in _translated(read(folder, "page"))
        if any(name.endswith(SCRIPTS) for name, _ in message.locations)
    }
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text.encode()


def translation(folder: str, domain: str) -> Callable[[str], str]:
    """What says a text in a language; raises KeyError for one that has no translation."""
    found = {message.id: message.string for message in _translated(read(folder, domain))}
    return lambda text: str(found[text])


def plural_forms(folder: str) -> dict[str, int]:
    """The name that browsers give to a plural form (`Intl.PluralRules`) to its place in the catalogue."""
    locale, catalogue = Locale.parse(folder), read(folder, "page")
    place = gettext.c2py(catalogue.plural_expr)
    return {locale.plural_form(n): place(n) for n in range(200)}


def own_name(folder: str) -> str:
    """What a language calls itself."""
    message = read(folder, "page")[OWN_NAME]
    return str(message.string) if message else folder


def _translated(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id and _complete(message) and not message.fuzzy)


def _complete(message: Message) -> bool:
    return all(_forms(message))


def _forms(message: Message) -> list[str]:
    """A message's translation, in as many forms as its language has for numbers."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def _first(id: Any) -> str:
    return str(id if isinstance(id, str) else id[0])


def _key(message: Message) -> str:
    """A message's name: its English words, behind its context if it has one, as gettext has it."""
    return (f"{message.context}\x04" if message.context else "") + _first(message.id)


# -- for those who translate -----------------------------------------------------------------------------


@functools.cache
def collect(domain: str) -> Catalog:
    """What there is to be translated, out of the sources."""
    catalogue = Catalog(domain=domain, fuzzy=False)
    for name, message, comments, *context in DOMAINS[domain]():
        catalogue.add(
            message,
            locations=[(name, None)],  # type: ignore[list-item]
            auto_comments=comments,
            context=context[0] if context else None,
        )
    return catalogue


def update() -> int:
    """Bring every catalogue up to date with the sources, and say what is wrong with them; the exit status."""
    for domain in DOMAINS:
        template = collect(domain)
        for folder in languages():
            catalogue = read(folder, domain)
            template.creation_date = catalogue.creation_date  # nothing changes where no word does
            catalogue.update(template, no_fuzzy_matching=False)
            with (WORDS / folder / f"{domain}.po").open("wb") as file:
                write_po(
                    file, catalogue, width=110, include_lineno=False, ignore_obsolete=True, sort_by_file=True
                )
    found = [problem for folder in languages() for problem in problems(folder)]
    for problem in found:
        say(problem)
    say(f"{len(found)} to be mended" if found else "Every word has its translation.")
    return 1 if found else 0


def problems(folder: str) -> list[str]:
    """What is wrong with a language: untranslated, unsure, unused entries, other placeholders."""
    found = []
    for domain in DOMAINS:
        template, catalogue = collect(domain), read(folder, domain)
        wanted = {_key(message) for message in template if message.id}
        have = {_key(message): message for message in catalogue if message.id}
        where = f"{folder}/{domain}.po"
        found += [f"{where}: not there: {key!r}" for key in wanted - have.keys()]
        found += [f"{where}: not used: {key!r}" for key in have.keys() - wanted]
        for key, message in have.items():
            if not _complete(message):
                found.append(f"{where}: not translated: {key!r}")
            elif message.fuzzy:
                found.append(f"{where}: marked as unsure (fuzzy): {key!r}")
            elif domain == "page" and (difference := _placeholders_differ(message)):
                found.append(f"{where}: {key!r} has {difference}")
    return sorted(found)


def _placeholders_differ(message: Message) -> str:
    ids = (message.id,) if isinstance(message.id, str) else message.id
    wanted = set().union(*map(placeholders, ids))
    for text in _forms(message):
        if (got := placeholders(text)) != wanted:
            return f"the placeholders {sorted(wanted)}, its translation {sorted(got)}"
    return ""


def placeholders(text: str) -> set[str]:
    """The names in braces; none where the braces are the text's own."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name and name.isidentifier()}
    except ValueError:
        return set(re.findall(r"\{\{\w+\}\}", text))
