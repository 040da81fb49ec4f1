"""Finds every word for a visitor: in the sources by Babel, in the registries by asking them."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from babel.messages.extract import extract

from web.course.exercises import read_course
from web.site.documents import COURSE, LESSONS, WITHOUT_MNIST
from web.site.paths import ROOT, SITE
from web.words.documents import paragraphs

# file, message (or one and many), comments for translators, and the context if it has one
Found = (
    tuple[str, str | tuple[str, str], list[str]] | tuple[str, str | tuple[str, str], list[str], str | None]
)
KEYWORDS = {
    "_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "Text": None,
    "LoadError": None,
    "Picture": (2,),
}
COMMENTS = ["Translators:"]
PAGES = ("shell.html", "layout.html", "404.html", "browser.html")
SHOWN = ("aria-label", "title", "content")  # attributes that are read; as in language.js
LETTERS = re.compile(r"[A-Za-z]{2}")
OWN_NAME = "English"  # its translation is the name that a language gives itself


def page() -> Iterator[Found]:
    """Everything that a visitor reads on the page itself."""
    yield from _sources()
    yield from _pages()
    yield from _site()
    yield from _registries()


def _sources() -> Iterator[Found]:
    for path in sorted(
        [*(ROOT / "nncore").rglob("*.py"), *(ROOT / "web").rglob("*.py"), *(ROOT / "web").rglob("*.js")]
    ):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and path.is_relative_to(SITE):
            continue
        method = "python" if path.suffix == ".py" else "javascript"
        source = io.BytesIO(path.read_bytes())
        for _, message, comments, context in extract(
            method, source, KEYWORDS, COMMENTS, {"parse_template_string": True}
        ):
            yield name, message, comments, context  # type: ignore[misc]


def _pages() -> Iterator[Found]:
    for name in PAGES:
        reader = _Reader()
        reader.feed((SITE / name).read_text("utf-8"))
        yield from ((f"web/site/{name}", text, []) for text in reader.found)


class _Reader(HTMLParser):
    """Collects texts and the attributes that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag in ("script", "style")
        described = dict(attrs).get("name") == "description" or tag != "meta"
        for name, value in attrs:
            if name in SHOWN and value and described:
                self.handle_data(value)

    def handle_data(self, data: str) -> None:
        words = re.sub(r"\{\{\w+\}\}", "", data)
        if not self._silent and LETTERS.search(words) and data.strip() not in self.found:
            self.found.append(data.strip())


def _site() -> Iterator[Found]:
    from web.site.bundle import ARCHIVES
    from web.site.page import STAGES

    yield "web/site/page.py", OWN_NAME, ["Translators: how the language of this catalogue calls itself"]
    yield "web/site/lesson.html", "Site", []
    yield from (("web/site/page.py", words, []) for _, words, _ in STAGES)
    yield from (("web/site/page.py", words, []) for _, words in ARCHIVES)
    source = io.BytesIO((SITE / "bundle.py").read_bytes())
    for _, message, _, _ in extract("python", source, {"add_file": (5,)}):
        yield "web/site/page.py", message, []  # type: ignore[misc]


def _registries() -> Iterator[Found]:
    """The words of nncore's settings and presets, and of all that is registered under a name."""
    from nncore.data.published import Published
    from nncore.data.sets import DATASETS, OWN
    from nncore.presets import PRESETS
    from nncore.settings import SETTINGS

    for setting in SETTINGS.values():
        words = [setting.group, setting.label, setting.help, *setting.choices.values()]
        yield from (("nncore/settings.py", text, []) for text in words if LETTERS.search(text))
    for name, source in ((entry.name, entry.make) for entry in map(DATASETS.__getitem__, DATASETS.labels)):
        if name != OWN:
            data = source if isinstance(source, Published) else source()[0]
            yield from (("nncore/data/sets.py", text, []) for text in (data.noun, data.about))
    yield from (("nncore/data/sets.py", noun, []) for noun in ("image", "point"))  # of own data
    for preset in PRESETS.values():
        words = [preset.title, preset.summary, *preset.results.values()]
        yield from (("nncore/presets.py", text, []) for text in words if text)


def lessons() -> Iterator[Found]:
    """Every paragraph of the documents that are translated."""
    for path in sorted(LESSONS.glob("*.md")):
        for text in paragraphs(path.read_text("utf-8")):
            yield path.relative_to(ROOT).as_posix(), text, []
    for text in paragraphs(WITHOUT_MNIST):
        yield "web/site/lessons.py", text, []


def course() -> Iterator[Found]:
    """Every paragraph of the course, and what its checks ask and complain about."""
    name = COURSE.relative_to(ROOT).as_posix()
    markdown = COURSE.read_text("utf-8")
    for text in paragraphs(markdown):
        yield name, text, []
    for exercise in read_course(markdown).exercises:
        for node in ast.walk(ast.parse(exercise.checks)):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield name, ast.get_docstring(node) or "", [f"A question of {exercise.id}"]
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "expect":
                yield name, ast.literal_eval(node.args[1]), [f"A complaint of {exercise.id}"]
